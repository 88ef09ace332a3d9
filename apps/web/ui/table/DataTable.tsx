// biome-ignore-all lint/a11y/useSemanticElements: virtual rows in a grid layout cannot be a <table>
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid itself has the focus and takes the keys
import { useVirtualizer } from '@tanstack/react-virtual'
import {
  lazy,
  type MouseEvent,
  type RefObject,
  Suspense,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react'
import { Fault } from '../parts/Page.tsx'
import { useKeys } from '../state/keys.ts'
import { useText } from '../state/locale.ts'
import { useNarrow, useTouch } from '../state/media.ts'
import { text } from '../text.ts'
import { CellEditor } from './grid/CellEditor.tsx'
import { useGrid } from './grid/useGrid.ts'
import { Head } from './Head.tsx'
import { gridOf } from './layout.ts'
import { usePlace } from './place.ts'
import { Bones, Row } from './Row.tsx'
import { type DataTableProps, rowHeights } from './types.ts'
import { useCursor } from './useCursor.ts'

const PasteProblems = lazy(() => import('./grid/PasteProblems.tsx'))
/** Pages of 50 arrive before their rows are seen. */
const AHEAD_ROWS = 25

/**
 * A list that grows as it loads. Chromium stops at 33.5 million px (930,000 rows of 36 px), so there is no
 * free thumb over everything: one gets far by sorting, filtering and searching.
 */
export function DataTable<R>(props: DataTableProps<R>) {
  const { rows, columns, keyOf, source, selected, onSelect } = props
  const say = useText(text)
  const narrowScreen = useNarrow()
  const touch = useTouch()
  const narrow = narrowScreen && props.narrow ? props.narrow : undefined
  const height = rowHeights[narrow ? 'narrow' : (props.density ?? (touch ? 'touch' : 'default'))]
  const box = useRef<HTMLDivElement>(null)
  const place = usePlace(props.name)
  // Another function would have every loaded row measured anew with each step of a scroll.
  const keyNow = useRef(keyOf)
  keyNow.current = keyOf
  const getItemKey = useCallback((i: number) => (rows[i] ? keyNow.current(rows[i]) : 'more'), [rows])
  const virtual = useVirtualizer({
    count: rows.length + (source.hasNextPage && rows.length > 0 ? 1 : 0),
    getScrollElement: () => box.current,
    estimateSize: () => height,
    overscan: 12,
    scrollMargin: 0,
    scrollPaddingStart: narrow ? 0 : 32,
    initialOffset: place.first.top,
    getItemKey,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another row height means measuring anew
  useEffect(() => virtual.measure(), [height, virtual])
  const show = useCallback((i: number) => virtual.scrollToIndex(i, { align: 'auto' }), [virtual])
  const keep = useRef(place.keep)
  keep.current = place.keep
  const onCurrent = useCallback((current: string | number) => keep.current({ current }), [])
  const cursor = useCursor({ ...props, start: place.first.current, show, onCurrent })
  const grid = useGrid(props, cursor)
  useKeys(cursor.keys(narrow ? null : grid), rows.length > 0)
  const now = useRef<RowActs<R>>(NOTHING)
  // The same functions for every row and every frame: a row is drawn again only when something of its own changed.
  const [acts] = useState<RowActs<R>>(() => ({
    onRow: (event, index) => now.current.onRow(event, index),
    onCell: (event, index, col) => now.current.onCell(event, index, col),
    onOpen: (row) => now.current.onOpen(row),
    onToggle: (index, upTo) => now.current.onToggle(index, upTo),
  }))
  useMore(virtual.range?.endIndex ?? 0, props)
  useTopOnNewOrder(box, `${props.sort}`)

  if (source.isPending)
    return <Bones columns={columns} height={height} narrow={!!narrow} selectable={!!onSelect} />
  if (source.error && rows.length === 0)
    return <Fault error={source.error} onRetry={() => source.refetch()} />
  if (rows.length === 0) return <>{props.empty}</>

  // On a phone a long press begins to choose; then a tap chooses too, until nothing is chosen.
  const picking = !!narrow && !!onSelect && (selected?.size ?? 0) > 0
  const onRow = (event: MouseEvent, i: number) => {
    if ((event.target as HTMLElement).closest('a,button,input,label')) return
    const row = rows[i]
    if (!row) return
    if (i !== cursor.at) cursor.go(i)
    if (picking) cursor.toggle(keyOf(row))
    else if (narrow) props.onOpen?.(row)
    else props.onPeek?.(keyOf(row))
  }
  const onCell = (event: MouseEvent, index: number, col: number) => {
    if ((event.target as HTMLElement).closest('a,button,input,label')) return
    grid.point(index, col, event.shiftKey)
    if (event.detail === 2 && col > 0) grid.begin()
  }
  now.current = {
    onRow,
    onCell,
    onOpen: (row) => props.onOpen?.(row),
    onToggle: (index, upTo) => rows[index] && cursor.toggle(keyOf(rows[index]), upTo),
  }
  const editor = (id: string | number) => {
    const { editing } = grid
    const column = editing && editing.key === id ? columns[editing.col] : undefined
    if (!editing || !column) return undefined
    const node = (
      <CellEditor
        key={`${id} ${editing.col} ${editing.problem ?? ''}`}
        editing={editing}
        kind={column.edit?.kind ?? 'text'}
        options={column.edit?.options}
        label={say('edit_cell', { name: column.title })}
        onSave={(typed, step) => void grid.save(typed, step)}
        onLeave={() => grid.leave()}
      />
    )
    return { col: editing.col, node }
  }
  const inBlock = (index: number) =>
    grid.active && index >= grid.block.top && index <= grid.block.bottom
      ? `${grid.block.left}-${grid.block.right}`
      : ''
  return (
    <div
      ref={box}
      id={`${props.name}-grid`}
      className={`dt ${narrow ? 'narrow' : ''} ${source.isPlaceholderData ? 'stale' : ''}`}
      style={gridOf(columns, !!onSelect, height)}
      onScroll={(event) => place.keep({ top: event.currentTarget.scrollTop })}
      role="grid"
      aria-label={props.label}
      aria-rowcount={props.total ?? -1}
      aria-colcount={columns.length}
      aria-multiselectable={!!onSelect}
      aria-activedescendant={
        cursor.at < 0 ? undefined : `${props.name}-${cursor.at}${grid.active ? `-${grid.col}` : ''}`
      }
      aria-busy={source.isPlaceholderData || source.isFetchingNextPage}
      tabIndex={0}
    >
      {!narrow && (
        <Head {...props} onAll={onSelect && (() => onSelect(allOrNone(rows.map(keyOf), selected)))} />
      )}
      <div className="body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index]
          if (!row) return <More key="more" top={start} source={source} say={say} />
          const id = keyOf(row)
          return (
            <Row
              key={key}
              id={`${props.name}-${index}`}
              top={start}
              index={index}
              row={row}
              columns={columns}
              current={index === cursor.at}
              chosen={selected?.has(id) ?? false}
              narrow={narrow}
              onRow={acts.onRow}
              block={inBlock(index)}
              at={grid.active && index === cursor.at ? grid.col : undefined}
              editor={editor(id)}
              onCell={props.onCells && !narrow ? acts.onCell : undefined}
              onOpen={props.onOpen && acts.onOpen}
              onHold={narrow && onSelect ? acts.onToggle : undefined}
              onCheck={onSelect && (!narrow || picking) ? acts.onToggle : undefined}
              checkLabel={say('select_row')}
            />
          )
        })}
      </div>
      {grid.problems && (
        <Suspense>
          <PasteProblems problems={grid.problems} onClose={grid.closeProblems} />
        </Suspense>
      )}
    </div>
  )
}

/** What is done with a row, by its place. */
type RowActs<R> = {
  onRow: (event: MouseEvent, index: number) => void
  onCell: (event: MouseEvent, index: number, col: number) => void
  onOpen: (row: R) => void
  onToggle: (index: number, upTo?: boolean) => void
}
const nothing = () => undefined
const NOTHING = { onRow: nothing, onCell: nothing, onOpen: nothing, onToggle: nothing }

function useMore<R>(last: number, { rows, source }: DataTableProps<R>): void {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = source
  useEffect(() => {
    const near = rows.length > 0 && last >= rows.length - AHEAD_ROWS
    if (near && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) fetchNextPage()
  }, [last, rows.length, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])
}

/** Another order or another filter begins at its first row; coming back does not. */
function useTopOnNewOrder(box: RefObject<HTMLDivElement | null>, sort: string): void {
  const shape = `${sort} ${location.search.replace(/[?&]peek=[^&]*/, '')}`
  const before = useRef(shape)
  useEffect(() => {
    if (before.current === shape) return
    before.current = shape
    if (box.current) box.current.scrollTop = 0
  }, [shape, box])
}

type MoreProps = {
  top: number
  source: DataTableProps<unknown>['source']
  say: (key: 'loading_more' | 'more_failed' | 'retry') => string
}
const More = ({ top, source, say }: MoreProps) => (
  <div className="more" style={{ transform: `translateY(${top}px)` }} role="row">
    <div role="gridcell">
      {source.isFetchNextPageError ? (
        <>
          {say('more_failed')}{' '}
          <button type="button" className="lnk" onClick={() => source.fetchNextPage()}>
            {say('retry')}
          </button>
        </>
      ) : (
        say('loading_more')
      )}
    </div>
  </div>
)

function allOrNone(keys: (string | number)[], selected: ReadonlySet<string | number> | undefined) {
  return selected && keys.every((key) => selected.has(key)) ? new Set<string | number>() : new Set(keys)
}
