/**
 * A table to be written: cells are text as a database gives it, and their column says what they are.
 * number: `-5.20`; time: `2024-02-29 18:00:00`, with `.123` where there are milliseconds; day: `2024-02-29`.
 */
export type Kind = 'text' | 'number' | 'id' | 'time' | 'day'
export type Column = {
  readonly heading: string
  readonly kind: Kind /** in characters */
  readonly width?: number
}
export type Cell = string | null
export type Row = readonly Cell[]

/** Rows come in batches, so that a million of them do not cost a million awaits. */
export type Writer = {
  write(rows: readonly Row[]): Promise<void>
  end(): Promise<void>
}
/** Takes what is written; a promise means wait before the next. */
export type Sink = (bytes: Buffer) => Promise<void> | undefined
