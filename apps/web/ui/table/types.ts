import type { ReactNode } from 'react'

export type RowKey = number | string
export type Column<Row> = {
  key: string
  title: string
  /** Unit of the figures, in the header: 元, £, %. */
  unit?: string
  /** Pixels. Without it the column takes a share of what is left, `min` at least. */
  width?: number
  min?: number
  /** Its share of what is left, against the other columns without a width. */
  grow?: number
  align?: 'end'
  /** The API's name of this order; without it the column does not sort. */
  sort?: string
  /** That order has no index: it takes longer on many rows, and says so. */
  slow?: boolean
  /** The order a first click asks for. Figures and dates begin with the largest. */
  first?: 'up' | 'down'
  /** Explains a short title. */
  hint?: string
  cell: (row: Row) => ReactNode
  /** Without it the column is only read. */
  edit?: CellEdit<Row>
  /** As it is copied, where it is only read. */
  plain?: (row: Row) => string
}
/** How a cell is written: what stands in it as text, in and out of spreadsheets too. */
export type CellEdit<Row> = {
  kind?: 'text' | 'date' | 'number'
  text: (row: Row) => string
  /** why this one cannot be written; null: it can */
  locked: (row: Row) => string | null
  /** what is offered while one writes */
  options?: readonly { value: string; label: string }[]
  /** why this text cannot stand there; null: it can */
  check: (text: string, row: Row) => string | null
}
export type CellWrite<Row> = { row: Row; column: string; text: string }
/** Another has written the same cell meanwhile: what, who and when. */
export type CellClash = { theirs: string; by: string | null; at: string | null }
export type CellRefused = { row: string; column: string; text: string; why: string; clash?: CellClash }
/** `-last_order_at`: by that, largest first. */
export type Sort = string
export type Density = 'compact' | 'default' | 'touch'

/** What a table needs of useInfiniteQuery; any other source can offer the same. */
export type Source = {
  isPending: boolean
  isPlaceholderData?: boolean
  error: unknown
  refetch: () => unknown
  hasNextPage: boolean
  isFetchingNextPage: boolean
  isFetchNextPageError?: boolean
  fetchNextPage: () => unknown
}

export type DataTableProps<Row> = {
  /** Names the table for a screen reader and keeps its place while one is elsewhere. */
  name: string
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  source: Source
  keyOf: (row: Row) => RowKey
  /** All rows there are, where known. */
  total?: number
  density?: Density
  sort?: Sort
  onSort?: (sort: Sort) => void
  /** The row shown in the peek; the page keeps it in the URL. */
  peek?: RowKey | undefined
  onPeek?: (key: RowKey | undefined) => void
  onOpen?: (row: Row) => void
  /** With these, rows can be chosen. */
  selected?: ReadonlySet<RowKey>
  onSelect?: (keys: ReadonlySet<RowKey>) => void
  /** Writes cells, shown at once: null when they are kept, else which could not be. With it the list is a grid. */
  onCells?: (cells: readonly CellWrite<Row>[]) => Promise<readonly CellRefused[] | null>
  /** Which cell is being written; null: none any more. */
  onEditing?: (cell: { key: RowKey; column: string } | null) => void
  empty: ReactNode
  /** Two lines below 720 px: what stands left and right of each. */
  narrow?: (row: Row) => ReactNode
}

export const rowHeights: Record<Density | 'narrow', number> = {
  compact: 28,
  default: 36,
  touch: 44,
  narrow: 64,
}
