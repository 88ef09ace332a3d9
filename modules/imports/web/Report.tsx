import Button from 'antd/es/button'
import type { Static } from 'typebox'
import {
  Count,
  ExportMenu,
  Go,
  Icon,
  type PlainColumn,
  PlainTable,
  useCan,
  useGo,
  useLocale,
  useTight,
  When,
} from '../../../apps/web/ui/index.ts'
import { urlOf } from '../../../kernel/client.ts'
import { formatNumber } from '../../../kernel/text.ts'
import { useSay } from '../../orders/web/say.ts'
import { type Import, imports, type ReasonCount, type Report as Told } from '../contract.ts'
import { rejectHeadings } from '../text.export.ts'
import { Bar, type CountRow, Counts } from './Counts.tsx'
import { Decisions } from './Decisions.tsx'
import { Earlier } from './Earlier.tsx'
import { bytes, useSums } from './format.ts'
import { importApi } from './importApi.ts'
import { entitiesOf } from './Preview.tsx'
import { text } from './text.ts'
import { UndoBanner, UndoBlock } from './undo/Undo.tsx'

type ReportProps = { one: Import; report: Told }

/** Step 4, for good: what came in, what did not and how to mend it. */
export function Report({ one, report }: ReportProps) {
  const say = useSay(text)
  const { lines } = report
  const rows: CountRow[] = [
    { key: 'lines', label: say('file_lines'), counts: lines, strong: true },
    ...entitiesOf[one.kind].map((key) => ({ key, label: say(key), counts: report[key] })),
  ]
  return (
    <div className="icols">
      <div className="imain ireport">
        <div className="row wrap">
          <h2>{useTitle(report)}</h2>
          <Made one={one} report={report} />
        </div>
        <UndoBanner one={one} />
        <Equation one={one} report={report} />
        <Bar counts={lines} />
        {one.kind === 'orders' && <Counts rows={rows} />}
        {lines.rejected > 0 && <Rejects one={one} report={report} />}
        <Earlier except={one.id} />
      </div>
      <aside className="iside">
        <Next one={one} report={report} />
        <UndoBlock one={one} />
        <Decisions of={report} />
        <ThisWay one={one} />
      </aside>
    </div>
  )
}

function useTitle({ lines }: Told): string {
  const say = useSay(text)
  const n = lines.read - lines.rejected
  if (lines.rejected > 0) return say('done_rejects', { n, rejected: lines.rejected })
  return lines.created + lines.updated === 0 ? say('done_same', { n }) : say('done_all', { n })
}

function Made({ one, report }: ReportProps) {
  const say = useSay(text)
  const locale = useLocale()
  const seconds = formatNumber(report.seconds, locale, { maximumFractionDigits: 1 })
  return (
    <span className="sp mut s12">
      {one.created_by && `${one.created_by.name} · `}
      <When at={one.finished_at} time full /> · {say('took', { n: seconds })} ·{' '}
      {say('rate', { n: report.lines_per_s })}
    </span>
  )
}

/** read = created + updated + unchanged + rejected. */
function Equation({ one, report }: ReportProps) {
  const say = useSay(text)
  const sums = useSums()
  const { read, created, updated, unchanged, rejected } = report.lines
  const holds = read === created + updated + unchanged + rejected
  const sum = one.kind === 'orders' ? sums(report.sums, 'net') : ''
  const back = one.kind === 'orders' ? sums(report.sums, 'rejected') : ''
  const part = (key: 'read' | 'created' | 'updated' | 'unchanged' | 'rejected') => (
    <div data-count={key}>
      <Count value={report.lines[key]} />
      <small>{say(key)}</small>
    </div>
  )
  return (
    <div className="eq">
      {part('read')}
      <i>=</i>
      {part('created')}
      <i>+</i>
      {part('updated')}
      <i>+</i>
      {part('unchanged')}
      <i>+</i>
      {part('rejected')}
      {holds && (
        <span className="sp s12 sec row holds">
          <span className="okc">
            <Icon name="check" />
          </span>
          <span data-sum>
            {sum ? say('adds_up_sum', { sum }) : say('adds_up')}
            {back && ` · ${say('sum_rejected', { sum: back })}`}
          </span>
        </span>
      )}
    </div>
  )
}

type Reason = Static<typeof ReasonCount>

function Rejects({ one, report }: ReportProps) {
  const say = useSay(text)
  const can = useCan()
  const go = useGo()
  const tight = useTight()
  const { reasons, lines } = report
  const columns = useReasonColumns(Math.max(1, ...reasons.map((reason) => reason.lines)))
  const stacked = useStackedColumns()
  const left = one.rejects
  return (
    <section>
      <div className="row wrap rhead">
        <h3>{say('rejects_reasons', { n: lines.rejected, k: reasons.length })}</h3>
        <span className="mut s12">
          {left === 0 ? say('all_mended') : left < lines.rejected ? say('left_mended', { n: left }) : ''}
        </span>
        <span className="sp" />
        {left > 0 && (
          <ExportMenu
            small
            headings={rejectHeadings}
            shown={Object.keys(rejectHeadings)}
            count={{ n: left, exact: true }}
            ask={(query, signal) => importApi.exportRejects({ params: { id: one.id }, query, signal })}
          />
        )}
        {left > 0 && (
          <a
            className="btn s"
            href={urlOf(imports.rejectsFile, { params: { id: one.id } })}
            download
            data-testid="rejects-file"
          >
            <Icon name="export" />
            {say('download', { n: left })}
          </a>
        )}
        {left > 0 && can('imports:write') && (
          <Button
            size="small"
            icon={<Icon name="import" />}
            onClick={() => go('/import', { after: String(one.id) })}
          >
            {say('mended')}
          </Button>
        )}
      </div>
      <PlainTable
        label={say('rejects_reasons', { n: lines.rejected, k: reasons.length })}
        columns={tight ? stacked : columns}
        rows={reasons}
        keyOf={(row) => row.code}
      />
    </section>
  )
}

function useReasonColumns(most: number): readonly PlainColumn<Reason>[] {
  const say = useSay(text)
  return [
    {
      key: 'reason',
      title: say('reason'),
      width: 220,
      cell: (row) => <span title={row.message}>{row.message}</span>,
    },
    {
      key: 'lines',
      title: say('lines'),
      width: 170,
      cell: (row) => (
        <span className="rbar">
          <span className="num">
            <Count value={row.lines} />
          </span>
          <b style={{ width: `${(row.lines / most) * 100}%` }} />
        </span>
      ),
    },
    {
      key: 'first',
      title: say('first_line'),
      width: 100,
      align: 'end',
      cell: (row) => <Count value={row.first_line} />,
    },
    {
      key: 'value',
      title: say('there'),
      width: 150,
      cell: (row) =>
        row.value && (
          <span className="sec" title={row.value}>
            “{row.value}”
          </span>
        ),
    },
    {
      key: 'mend',
      title: say('how_to_mend'),
      cell: (row) => (
        <span className="sec" title={row.advice}>
          {row.advice}
        </span>
      ),
    },
  ]
}

/** The same in a column that wraps: tablets and phones. */
function useStackedColumns(): readonly PlainColumn<Reason>[] {
  const say = useSay(text)
  return [
    {
      key: 'reason',
      title: say('reason'),
      cell: (row) => (
        <span className="wraps">
          {row.message} {row.value && `“${row.value}”`}
          <span className="mut s12"> {row.advice}</span>
        </span>
      ),
    },
    {
      key: 'lines',
      title: say('lines'),
      width: 64,
      align: 'end',
      cell: (row) => <Count value={row.lines} />,
    },
    {
      key: 'first',
      title: say('first_line'),
      width: 92,
      align: 'end',
      cell: (row) => <Count value={row.first_line} />,
    },
  ]
}

function Next({ one, report }: ReportProps) {
  const say = useSay(text)
  const can = useCan()
  const here = one.undo.state === 'standing'
  const people = here && one.kind !== 'products' && report.parties.created > 0 && can('parties:read')
  const goods = here && one.kind !== 'parties' && report.products.created > 0 && can('products:read')
  return (
    <section className="blk">
      <h3>{say('next')}</h3>
      <ul className="rl">
        {people && (
          <li>
            <span>{say('new_customers', { n: report.parties.created })}</span>
            <Go to="/customers" className="lnk n">
              {say('see_customers')}
            </Go>
          </li>
        )}
        {goods && (
          <li>
            <span>{say('new_products', { n: report.products.created })}</span>
            <Go to="/products" className="lnk n">
              {say('see_customers')}
            </Go>
          </li>
        )}
        <li>
          <span>{say('new')}</span>
          <Go to="/import" className="lnk n">
            {say('choose')}
          </Go>
        </li>
      </ul>
    </section>
  )
}

function ThisWay({ one }: { one: Import }) {
  const say = useSay(text)
  const locale = useLocale()
  const used = one.columns.filter((target) => target !== null).length
  return (
    <section className="blk">
      <h3>{say('this_way')}</h3>
      <ul className="rl">
        <li>
          <span>{say('source')}</span>
          <span className="n">{one.source}</span>
        </li>
        <li>
          <span>{say('matched')}</span>
          <span className="n">{say('columns_n', { n: used, all: one.columns.length })}</span>
        </li>
        <li>
          <span>{say('file_size')}</span>
          <span className="n">{bytes(one.file_bytes, locale)}</span>
        </li>
        {one.file_sha256 && (
          <li>
            <span>{say('fingerprint')}</span>
            <span className="n" title={one.file_sha256}>
              {one.file_sha256.slice(0, 4)}…{one.file_sha256.slice(-4)}
            </span>
            <span className="m">{say('same_again')}</span>
          </li>
        )}
      </ul>
    </section>
  )
}
