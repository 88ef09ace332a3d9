import { useContext } from 'react'
import { Go, type PlainColumn, PlainTable } from '../../../../apps/web/ui/index.ts'
import { type Formats, useFormats } from '../format.ts'
import { Scroll } from '../Scroll.tsx'
import { BEHIND, Looking } from './Plot.tsx'
import type { Cell, Sheet, SheetColumn, SheetRow } from './sheet.ts'

export function said(cell: Cell, { kind }: SheetColumn, currency: string, as: Formats): string {
  if (cell === null) return '—'
  if (typeof cell === 'string') return kind === 'day' ? as.day(cell) : cell
  if (kind === 'money') return as.money(cell, currency)
  if (kind === 'share') return as.share(cell, 1)
  return kind === 'count' ? as.count(cell) : as.number(cell, 3)
}

/** Every figure of a picture in full; the first column leads to the customers. */
export function SheetTable({ sheet, label }: { sheet: Sheet; label: string }) {
  const as = useFormats()
  const looking = useContext(Looking)
  const columns = sheet.columns.map(
    (column, i): PlainColumn<SheetRow> => ({
      key: column.title,
      title: column.title,
      ...(column.kind === 'text' || column.kind === 'day' ? {} : { align: 'end' as const }),
      cell: (row) => {
        const shown = said(row.cells[i] ?? null, column, sheet.currency, as)
        if (i > 0) return shown
        if (row.party !== undefined)
          return (
            <Go to={`/customers/${row.party}`} className="lnk">
              {shown}
            </Go>
          )
        return row.to ? (
          <Go to={BEHIND} search={{ ...looking, ...row.to }} className="lnk">
            {shown}
          </Go>
        ) : (
          shown
        )
      },
    }),
  )
  return (
    <Scroll className="vsheet" label={label}>
      <PlainTable label={label} columns={columns} rows={sheet.rows} keyOf={(row) => row.key} compact />
    </Scroll>
  )
}
