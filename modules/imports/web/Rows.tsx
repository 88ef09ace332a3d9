import {
  Money,
  type PlainColumn,
  PlainTable,
  useLocale,
  useNarrow,
  useTight,
  useZone,
} from '../../../apps/web/ui/index.ts'
import { exponentOf, formatNumber, formatTime, phrase, type Words } from '../../../kernel/text.ts'
import { useSay } from '../../orders/web/say.ts'
import type { Import, PreviewItem } from '../contract.ts'
import type { Target } from '../targets.ts'
import { fieldText, targetText } from '../text.targets.ts'
import type { Outcome } from './Counts.tsx'
import type { Entity } from './Preview.tsx'
import { text } from './text.ts'
import { useTargets } from './useTargets.ts'

type Change = PreviewItem['changes'][number]
type Line = PreviewItem & { change?: Change | undefined; first: boolean }
type RowsProps = { entity: Entity; outcome: Exclude<Outcome, 'rejected'>; items: readonly PreviewItem[] }

/** The first rows of an outcome; an updated thing has one row per change. */
export function ItemRows({ entity, outcome, items }: RowsProps) {
  const say = useSay(text)
  const columns = useColumns(entity, outcome === 'updated')
  if (items.length === 0) return <p className="mut s13 nonehere">{say('none_here')}</p>
  const rows: readonly Line[] =
    outcome === 'updated' ? items.flatMap(byChange) : items.map((item) => ({ ...item, first: true }))
  return (
    <PlainTable
      label={say(outcome)}
      columns={columns}
      rows={rows}
      keyOf={(row, i) => `${row.line} ${row.key} ${i}`}
    />
  )
}

function byChange(item: PreviewItem): Line[] {
  const changes = item.changes.filter(({ was, becomes }) => was !== becomes)
  if (changes.length === 0) return [{ ...item, first: true }]
  return changes.map((change, i) => ({ ...item, change, first: i === 0 }))
}

/** Where there is no room for all of them, line numbers go first; what changes stays. */
function useColumns(entity: Entity, updated: boolean): readonly PlainColumn<Line>[] {
  const say = useSay(text)
  const narrow = useNarrow()
  const tight = useTight()
  const orders = entity === 'orders'
  const { line, lines, amount, said, now, both } = useParts(updated)
  const key: PlainColumn<Line> = {
    key: 'key',
    title: say(orders ? 'order' : 'code'),
    width: narrow ? 96 : orders ? 110 : 130,
    cell: (row) => (row.first ? row.key : ''),
  }
  const nameless = <span className="mut">{orders ? say('no_customer') : '—'}</span>
  const name: PlainColumn<Line> = {
    key: 'name',
    title: say(orders ? 'customer' : 'name'),
    ...(updated ? { width: tight ? 136 : orders ? 176 : 220 } : {}),
    cell: (row) => (row.first ? (orders ? row.party : row.name) || nameless : ''),
  }
  if (narrow) return [key, updated ? both : name, ...(orders && !updated ? [{ ...amount, width: 112 }] : [])]
  const what = updated ? (tight ? [both] : [said, now]) : [lines]
  return [line, key, name, ...what, ...(orders ? [amount] : [])]
}

function useParts(updated: boolean) {
  const say = useSay(text)
  const locale = useLocale()
  const tight = useTight()
  const fieldName = useFieldName()
  const column = (one: PlainColumn<Line>) => one
  const said = column({
    key: 'what',
    title: say('what'),
    width: 130,
    cell: ({ change }) => <span className="sec">{change ? fieldName(change) : ''}</span>,
  })
  const now = column({
    key: 'now',
    title: say('now_then'),
    cell: ({ change }) => change && <WasBecomes change={change} />,
  })
  return {
    said,
    now,
    both: column({
      key: 'now',
      title: say('now_then'),
      cell: (row) => (
        <span className="wraps">
          {said.cell(row, 0)} {now.cell(row, 0)}
        </span>
      ),
    }),
    line: column({
      key: 'line',
      title: say('line'),
      width: 76,
      align: 'end',
      cell: (row) => <span className="mut">{row.first ? formatNumber(row.line, locale) : ''}</span>,
    }),
    lines: column({
      key: 'lines',
      title: say('lines'),
      width: 76,
      align: 'end',
      cell: (row) => formatNumber(row.lines, locale),
    }),
    amount: column({
      key: 'amount',
      title: say(updated ? 'impact' : 'amount'),
      width: tight ? 120 : 150,
      align: 'end',
      cell: (row) => (row.first ? <Effect item={row} signed={updated} /> : null),
    }),
  }
}

function useFieldName(): (change: Change) => string {
  const say = useSay(text)
  const locale = useLocale()
  const targets = useTargets()
  const known: Words = { ...targetText, ...fieldText }
  return ({ field, line_no, was, becomes }) => {
    if (field === 'line') return becomes === null && was !== null ? say('removed_line') : say('added_line')
    const name = known[field] ? phrase(known[field], locale) : targets.label(field as Target)
    return line_no === null ? name : say('in_line', { n: line_no, field: name })
  }
}

function WasBecomes({ change: { field, was, becomes } }: { change: Change }) {
  const value = useValue(field)
  return (
    <>
      {was !== null && <span className="old">{value(was)}</span>}
      {was !== null && becomes !== null && <span className="ar">→</span>}
      {becomes !== null && <span>{value(becomes)}</span>}
    </>
  )
}

/** What a dry run says of a field, as a person would write it. */
function useValue(field: string): (value: string) => string {
  const say = useSay(text)
  const locale = useLocale()
  const zone = useZone()
  return (value) => {
    if (value === '') return '—'
    if (field === 'status' && isKind(value)) return say(`kind_${value}`)
    if (field === 'unit_cost_micro')
      return formatNumber(Number(value) / 1e6, locale, { maximumFractionDigits: 6 })
    const at = field === 'ordered_at' ? Date.parse(value.replace(/([+-]\d\d)$/, '$1:00')) : Number.NaN
    if (Number.isNaN(at)) return value
    return formatTime(new Date(at).toISOString(), locale, zone, { dateStyle: 'medium', timeStyle: 'short' })
  }
}

const orderKinds = ['order', 'return', 'cancellation', 'adjustment'] as const
const isKind = (value: string): value is (typeof orderKinds)[number] =>
  orderKinds.some((kind) => kind === value)

function Effect({ item, signed }: { item: PreviewItem; signed: boolean }) {
  const locale = useLocale()
  const { amount_minor, currency } = item
  if (!signed || amount_minor === null || !currency) return <Money minor={amount_minor} currency={currency} />
  if (amount_minor === 0) return <span className="mut">0</span>
  return formatNumber(amount_minor / 10 ** exponentOf(currency), locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    signDisplay: 'exceptZero',
  })
}

export function RejectRows({ rows }: { rows: readonly Rejected[] }) {
  const say = useSay(text)
  const locale = useLocale()
  if (rows.length === 0) return <p className="mut s13 nonehere">{say('none_here')}</p>
  const columns: PlainColumn<Rejected>[] = [
    {
      key: 'line',
      title: say('line'),
      width: 76,
      align: 'end',
      cell: (row) => <span className="mut">{formatNumber(row.line, locale)}</span>,
    },
    {
      key: 'reason',
      title: say('reason'),
      width: 300,
      cell: (row) => {
        const said = row.reasons.map((reason) =>
          reason.value ? `${reason.message} “${reason.value}”` : reason.message,
        )
        return <span title={said.join('\n')}>{said.join(locale === 'en' ? '; ' : '；')}</span>
      },
    },
    {
      key: 'raw',
      title: say('as_written'),
      cell: (row) => (
        <span className="sec raw" title={row.raw}>
          {row.raw}
        </span>
      ),
    },
  ]
  return <PlainTable label={say('rejected')} columns={columns} rows={rows} keyOf={(row) => row.line} />
}
type Rejected = NonNullable<Import['preview']>['rejects_sample'][number]
