import { useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import type { ReactNode } from 'react'
import {
  Go,
  KeyValues,
  Page,
  Panel,
  PlainTable,
  Tag,
  type Tone,
  useLocale,
  useText,
  When,
} from '../../../apps/web/ui/index.ts'
import { formatNumber, type Locale } from '../../../kernel/text.ts'
import type { Finding, System } from '../contract.ts'
import { bytes } from './format.ts'
import { MailPanel } from './MailPanel.tsx'
import { systemApi } from './systemApi.ts'
import { Troubles } from './Troubles.tsx'
import { text } from './text.ts'
import './system.css'

const tones: Record<Finding['state'], Tone> = { ok: 'ok', warn: 'warn', bad: 'seal' }
const order: readonly Finding['state'][] = ['bad', 'warn', 'ok']

/** What `guanxi doctor` says, with the figures behind it. */
export function SystemPage() {
  const say = useText(text)
  const { data, error, refetch, isFetching } = useQuery(systemApi.show.query())
  return (
    <Page
      title={say('title')}
      note={say('lead')}
      may="system:read"
      error={data ? undefined : error}
      onRetry={() => void refetch()}
      actions={
        <Button size="small" loading={isFetching} onClick={() => void refetch()}>
          {say('again')}
        </Button>
      }
    >
      {data && <Whole system={data} />}
    </Page>
  )
}

function Whole({ system }: { system: System }) {
  return (
    <div className="sypage">
      <Checks findings={system.findings} />
      <div className="sygrid">
        <Versions system={system} />
        <Work system={system} />
        <Database system={system} />
        <MailPanel />
      </div>
      <Troubles troubles={system.troubles} />
    </div>
  )
}

/** What needs mending first. */
function Checks({ findings }: { findings: readonly Finding[] }) {
  const say = useText(text)
  const sorted = findings.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
  const bad = findings.filter((one) => one.state === 'bad').length
  const warn = findings.filter((one) => one.state === 'warn').length
  const summary =
    bad > 0 ? say('some_bad', { n: bad }) : warn > 0 ? say('some_warn', { n: warn }) : say('all_well')
  return (
    <Panel title={say('checks')} more={summary}>
      <ul className="sychecks">
        {sorted.map(({ check, state, message }) => (
          <li key={check}>
            <Tag tone={tones[state]}>{say(state)}</Tag>
            <span>{message}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

const Figures = ({ items }: { items: readonly (readonly [string, ReactNode])[] }) => (
  <div className="sybody">
    <KeyValues items={items} />
  </div>
)

function Versions({ system: { versions, disk, memory } }: { system: System }) {
  const say = useText(text)
  const locale = useLocale()
  const share = (free: number, total: number) =>
    say('of_total', { free: bytes(free, locale), total: bytes(total, locale) })
  return (
    <Panel title={say('machine')}>
      <Figures
        items={[
          ['Guanxi', versions.guanxi],
          ['Node', versions.node],
          ['PostgreSQL', say(versions.database, { version: versions.postgres })],
          [say('schema'), versions.schema],
          [say('disk'), share(disk.free_bytes, disk.total_bytes)],
          [say('memory'), share(memory.free_bytes, memory.total_bytes)],
          [say('process'), bytes(memory.process_bytes, locale)],
          [say('cores'), memory.cores],
          [say('up'), <Up key="up" seconds={memory.up_s} />],
          [
            say('home'),
            <span key="home" className="sypath">
              {disk.home}
            </span>,
          ],
        ]}
      />
    </Panel>
  )
}

function Up({ seconds }: { seconds: number }) {
  const say = useText(text)
  const h = Math.floor(seconds / 3600)
  return h < 48
    ? say('up_hours', { h, m: Math.floor((seconds % 3600) / 60) })
    : say('up_days', { d: Math.floor(h / 24), h: h % 24 })
}

function Work({ system: { jobs, workers, seal, backup } }: { system: System }) {
  const say = useText(text)
  const locale = useLocale()
  const n = (value: number) => formatNumber(value, locale)
  return (
    <Panel
      title={say('jobs')}
      more={
        <>
          <Go to="/jobs" className="lnk">
            {say('open_jobs')}
          </Go>
          <Go to="/backups" className="lnk">
            {say('open_backups')}
          </Go>
        </>
      }
    >
      <Figures
        items={[
          [say('running'), n(jobs.running)],
          [say('waiting'), n(jobs.waiting)],
          [say('done_day'), n(jobs.done_day)],
          [say('failed_day'), n(jobs.failed_day)],
          [say('workers'), workers.length > 0 ? n(workers.length) : say('no_workers')],
          [say('unsealed'), n(seal.waiting)],
          [say('backup'), backup.taken_at ? <When key="taken" at={backup.taken_at} time /> : say('none')],
          [say('verified'), <Verified key="verified" backup={backup} />],
        ]}
      />
    </Panel>
  )
}

function Verified({ backup: { verified, verified_at, untried } }: Pick<System, 'backup'>) {
  const say = useText(text)
  const at = untried?.at ?? verified_at
  if (at === null) return say('none')
  const how = untried ? 'untried' : verified ? 'passed' : 'differed'
  const [before, after] = say(how, { at: '\u0000' }).split('\u0000')
  return (
    <>
      {before}
      <When at={at} time />
      {after}
    </>
  )
}

function Database({ system: { database } }: { system: System }) {
  const say = useText(text)
  const locale: Locale = useLocale()
  const n = (value: number) => formatNumber(value, locale)
  return (
    <Panel
      title={say('database')}
      more={`${bytes(database.bytes, locale)} · ${say('connections')} ${n(database.connections)} / ${n(database.max_connections)}`}
    >
      <PlainTable
        label={say('tables')}
        compact
        rows={database.tables.filter((table) => table.bytes > 0)}
        keyOf={(table) => table.name}
        columns={[
          { key: 'name', title: say('tables'), cell: (table) => table.name },
          { key: 'rows', title: say('rows'), align: 'end', width: 110, cell: (table) => n(table.rows) },
          {
            key: 'bytes',
            title: say('size'),
            align: 'end',
            width: 90,
            cell: (table) => bytes(table.bytes, locale),
          },
        ]}
      />
    </Panel>
  )
}
