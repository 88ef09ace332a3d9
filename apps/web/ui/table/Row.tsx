// biome-ignore-all lint/a11y/useSemanticElements: virtual rows in a grid layout cannot be a <table>
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid itself has the focus and takes the keys
import { type MouseEvent, memo, type ReactNode, useRef } from 'react'
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
  /** where it is to be chosen */
  onCheck: ((index: number, upTo?: boolean) => void) | undefined
  checkLabel: string
  onRow: (event: MouseEvent, index: number) => void
  onOpen: ((row: R) => void) | undefined
  /** the columns of the block that lie in this row: `2-4`; the cursor's own in `at` */
  block?: string
  at?: number | undefined
  editor?: { col: number; node: ReactNode } | undefined
  onCell?: ((event: MouseEvent, index: number, col: number) => void) | undefined
  /** a long press of a finger */
  onHold?: ((index: number) => void) | undefined
}

export const Row = memo(function Row<R>(props: RowProps<R>) {
  const { row, index, top, columns, current, chosen, narrow, onCheck, onRow, onOpen, onHold } = props
  const hold = useHold(onHold && (() => onHold(index)))
  const check = onCheck && (
    <Check on={chosen} label={props.checkLabel} onChange={(upTo) => onCheck(index, upTo)} />
  )
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
      onClick={(event) => !hold.took() && onRow(event, index)}
      {...hold.on}
      // On a cell that can be written a double click writes; on the name, and where nothing can be, it opens.
      onDoubleClick={(event) =>
        (!props.onCell || (event.target as HTMLElement).closest('.fz')) && onOpen?.(row)
      }
    >
      {narrow ? (
        <div role="gridcell" className={check ? 'two picking' : 'two'}>
          {check}
          {narrow(row)}
        </div>
      ) : (
        <>
          {check && (
            <div role="gridcell" className="dc ckc">
              {check}
            </div>
          )}
          <Cells
            row={row}
            columns={columns}
            afterCheck={!!check}
            id={props.id}
            index={index}
            block={props.block ?? ''}
            at={props.at}
            editor={props.editor}
            onCell={props.onCell}
          />
        </>
      )}
    </div>
  )
}) as <R>(props: RowProps<R>) => ReactNode

const HOLD_MS = 450
/** A finger that stays: what it began is not a tap as well. */
function useHold(held: (() => void) | undefined) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const done = useRef(false)
  const stop = () => clearTimeout(timer.current)
  const on = held
    ? {
        onPointerDown: () => {
          done.current = false
          timer.current = setTimeout(() => {
            done.current = true
            held()
          }, HOLD_MS)
        },
        onPointerUp: stop,
        onPointerMove: (event: { movementX: number; movementY: number }) => {
          if (Math.abs(event.movementX) + Math.abs(event.movementY) > 6) stop()
        },
        onPointerCancel: stop,
        onContextMenu: (event: { preventDefault: () => void }) => event.preventDefault(),
      }
    : {}
  const took = () => {
    const was = done.current
    done.current = false
    return was
  }
  return { on, took }
}

/** Redrawn only when the row or the columns change: moving the cursor touches two frames, not every cell. */
type CellsProps<R> = Pick<RowProps<R>, 'row' | 'columns' | 'id' | 'index' | 'at' | 'editor' | 'onCell'> & {
  afterCheck: boolean
  block: string
}
const Cells = memo(function Cells<R>({
  row,
  columns,
  afterCheck,
  id,
  index,
  block,
  at,
  editor,
  onCell,
}: CellsProps<R>) {
  const [left, right] = block === '' ? [1, 0] : (block.split('-').map(Number) as [number, number])
  return columns.map((column, i) => {
    const inside = i >= left && i <= right
    return (
      // The grid takes the keys; a double click is what Enter is.
      // biome-ignore lint/a11y/useKeyWithClickEvents: see above
      <div
        key={column.key}
        id={`${id}-${i}`}
        role="gridcell"
        aria-colindex={i + 1}
        aria-readonly={onCell ? !column.edit : undefined}
        aria-selected={inside || undefined}
        className={`dc ${column.align === 'end' ? 'num' : ''} ${i === 0 ? 'fz' : ''} ${afterCheck ? 'afterck' : ''} ${inside ? 'inb' : ''} ${i === at ? 'cell' : ''}`}
        onClick={onCell && ((event) => onCell(event, index, i))}
      >
        {editor?.col === i ? editor.node : column.cell(row)}
      </div>
    )
  })
}) as <R>(props: CellsProps<R>) => ReactNode

type CheckProps = { on: boolean; part?: boolean; label: string; onChange: (upTo: boolean) => void }
export const Check = ({ on, part = false, label, onChange }: CheckProps) => (
  <button
    type="button"
    role="checkbox"
    aria-checked={part ? 'mixed' : on}
    aria-label={label}
    className={`ck ${on ? 'on' : ''} ${part ? 'part' : ''}`}
    onClick={(event) => onChange(event.shiftKey)}
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
