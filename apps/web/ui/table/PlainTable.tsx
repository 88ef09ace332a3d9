import type { ReactNode } from 'react'

export type PlainColumn<Row> = {
  key: string
  title: string
  unit?: string
  width?: number
  align?: 'end'
  cell: (row: Row, index: number) => ReactNode
}
type PlainProps<Row> = {
  label: string
  columns: readonly PlainColumn<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row, index: number) => string | number
  compact?: boolean
  /** One line that sums up, under the last row. */
  foot?: ReactNode
  onRow?: (row: Row) => void
}

/** A short table that is all there: order lines, first rows of a dry run, a report. */
export function PlainTable<Row>({
  label,
  columns,
  rows,
  keyOf,
  compact = false,
  foot,
  onRow,
}: PlainProps<Row>) {
  return (
    <div className="ptw">
      <table className={compact ? 't c' : 't'} aria-label={label}>
        <colgroup>
          {columns.map((column) => (
            <col key={column.key} style={column.width ? { width: column.width } : undefined} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} className={column.align === 'end' ? 'num' : ''} scope="col">
                {column.title}
                {column.unit && <span className="u">{column.unit}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={keyOf(row, i)} className={onRow ? 'can' : ''} onClick={onRow && (() => onRow(row))}>
              {columns.map((column) => (
                <td key={column.key} className={column.align === 'end' ? 'num' : ''}>
                  {column.cell(row, i)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {foot !== undefined && <tfoot>{foot}</tfoot>}
      </table>
    </div>
  )
}
