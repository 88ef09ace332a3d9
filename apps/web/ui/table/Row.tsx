// biome-ignore-all lint/a11y/useSemanticElements: virtual rows in a grid layout cannot be a <table>
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid itself has the focus and takes the keys
import { type MouseEvent, memo, type ReactNode } from 'react'
import { Icon } from '../parts/Icon.tsx'
import { gridOf } from './layout.ts'
import { Title } from './Title.tsx'
import type { Column } from './types.ts'

type RowProps<R> = {
  id: string
  row: R
  index: number
  top: number
  columns: readonly Column<R>[]
  current: boolean
  chosen: boolean
  narrow: ((row: R) => ReactNode) | undefined
  check: ReactNode
  onRow: (event: MouseEvent, index: number) => void
  onOpen: ((row: R) => void) | undefined
}

export function Row<R>(props: RowProps<R>) {
  const { row, index, top, columns, current, chosen, narrow, check, onRow, onOpen } = props
  return (
    // The grid itself takes the keys (useCursor); a row only knows the mouse.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      id={props.id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={chosen || current}
      className={`dr ${current ? 'cur' : ''} ${chosen ? 'sel' : ''}`}
      style={{ transform: `translateY(${top}px)` }}
      onClick={(event) => onRow(event, index)}
      onDoubleClick={() => onOpen?.(row)}
    >
      {narrow ? (
        <div role="gridcell" className="two">
          {narrow(row)}
        </div>
      ) : (
        <>
          {check && (
            <div role="gridcell" className="dc ckc">
              {check}
            </div>
          )}
          <Cells row={row} columns={columns} afterCheck={!!check} />
        </>
      )}
    </div>
  )
}

/** Redrawn only when the row or the columns change: moving the cursor touches two frames, not every cell. */
const Cells = memo(function Cells<R>({
  row,
  columns,
  afterCheck,
}: {
  row: R
  columns: readonly Column<R>[]
  afterCheck: boolean
}) {
  return columns.map((column, i) => (
    <div
      key={column.key}
      role="gridcell"
      className={`dc ${column.align === 'end' ? 'num' : ''} ${i === 0 ? 'fz' : ''} ${afterCheck ? 'afterck' : ''}`}
    >
      {column.cell(row)}
    </div>
  ))
}) as <R>(props: { row: R; columns: readonly Column<R>[]; afterCheck: boolean }) => ReactNode

type CheckProps = { on: boolean; part?: boolean; label: string; onChange: () => void }
export const Check = ({ on, part = false, label, onChange }: CheckProps) => (
  <button
    type="button"
    role="checkbox"
    aria-checked={part ? 'mixed' : on}
    aria-label={label}
    className={`ck ${on ? 'on' : ''} ${part ? 'part' : ''}`}
    onClick={onChange}
  >
    {on && <Icon name="check" />}
  </button>
)

type BonesProps<R> = { columns: readonly Column<R>[]; height: number; narrow: boolean; selectable: boolean }
// Widths that look like words, the same at every load.
const WORDS = [62, 48, 74, 55, 81, 43, 68, 59]

/** The table's true size before its data: nothing moves when the rows arrive. */
export function Bones<R>({ columns, height, narrow, selectable }: BonesProps<R>) {
  const shown = Array.from({ length: 24 }, (_, i) => i)
  return (
    <div
      className={`dt bones ${narrow ? 'narrow' : ''}`}
      aria-busy="true"
      style={gridOf(columns, selectable, height)}
    >
      {!narrow && (
        <div className="dthead">
          {selectable && <div className="dc ckc" />}
          {columns.map((column, i) => (
            <div
              key={column.key}
              className={`dc ${column.align === 'end' ? 'num' : ''} ${i === 0 ? 'fz' : ''}`}
            >
              <Title column={column} order={undefined} />
            </div>
          ))}
        </div>
      )}
      {shown.map((i) => (
        <div key={i} className={narrow ? 'br two' : 'br'}>
          {selectable && !narrow && <span className="dc ckc" />}
          {(narrow ? columns.slice(0, 1) : columns).map((column, c) => (
            <span
              key={column.key}
              className={`dc ${column.align === 'end' ? 'num' : ''} ${c === 0 ? 'fz' : ''}`}
            >
              <b style={{ width: `${WORDS[(i + c * 3) % WORDS.length]}%` }} />
            </span>
          ))}
        </div>
      ))}
    </div>
  )
}
