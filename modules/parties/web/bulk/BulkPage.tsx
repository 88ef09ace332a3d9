import Button from 'antd/es/button'
import { useState } from 'react'
import {
  Count,
  Fault,
  Figure,
  Go,
  Page,
  Panel,
  PlainTable,
  Progress,
  Tag,
  type Tone,
  useGo,
  useLocale,
  useParams,
  useText,
  useZone,
  When,
} from '../../../../apps/web/ui/index.ts'
import { formatTime } from '../../../../kernel/text.ts'
import type { Bulk, BulkLeft } from '../../contract.ts'
import { pathOf } from '../columns.tsx'
import { partyApi } from '../partyApi.ts'
import { text } from './text.ts'
import { isOver, useBulk, useTurn } from './useBulkRun.ts'
import { useWhat } from './words.ts'
import './bulk.css'

const tones: Record<Bulk['state'], Tone> = {
  waiting: 'plain',
  running: 'brand',
  done: 'ok',
  failed: 'warn',
  cancelled: 'plain',
}

/** What a change of many came to, and its way back; it stays. */
export function BulkPage() {
  const say = useText(text)
  const id = Number(useParams()['id'])
  const found = useBulk(Number.isInteger(id) && id > 0 ? id : null)
  const what = useWhat()
  const bulk = found.data
  return (
    <Page
      title={bulk ? what(bulk) : say('report')}
      may="parties:write"
      note={
        <Go to="/customers" className="lnk">
          {say('crumb')}
        </Go>
      }
      actions={bulk && <Turn bulk={bulk} />}
    >
      {found.error ? (
        <Fault error={found.error} onRetry={() => found.refetch()} />
      ) : (
        bulk && <Report bulk={bulk} />
      )}
    </Page>
  )
}

function Turn({ bulk }: { bulk: Bulk }) {
  const say = useText(text)
  const go = useGo()
  const [busy, setBusy] = useState(false)
  const turn = useTurn((id) => go(`/bulk/${id}`))
  const { next } = bulk.undo
  if (!isOver(bulk))
    return (
      <Button
        onClick={() => void partyApi.bulkCancel({ params: { bulk_id: bulk.id } }).catch(() => undefined)}
      >
        {say('stop')}
      </Button>
    )
  if (!next) return null
  return (
    <Button
      type="primary"
      loading={busy}
      data-testid="bulk-turn"
      onClick={() => {
        setBusy(true)
        void turn(bulk.id, next).finally(() => setBusy(false))
      }}
    >
      {say(next)}
    </Button>
  )
}

function Report({ bulk }: { bulk: Bulk }) {
  const say = useText(text)
  const locale = useLocale()
  const zone = useZone()
  const { state, by, created_at, undo, error } = bulk
  const when = formatTime(created_at, locale, zone, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <div className="bulkpage">
      <div className="row">
        <Tag tone={tones[state]}>{say(`state_${state}`)}</Tag>
        <span className="mut s13">{say('by', { name: by?.name ?? '', when })}</span>
        {isOver(bulk) && undo.next && undo.until && (
          <span className="mut s13">
            {say('until', { day: formatTime(undo.until, locale, zone, { dateStyle: 'medium' }) })}
          </span>
        )}
        {isOver(bulk) && undo.why_not && <span className="mut s13">{undo.why_not}</span>}
        {undo.last !== null && (
          <span className="s13">
            {say('later')} <Go to={`/bulk/${undo.last}`}>{say('see_later')}</Go>
          </span>
        )}
      </div>
      {error && (
        <div className="said" role="alert">
          {error.message}
        </div>
      )}
      {!isOver(bulk) && (
        <Progress done={bulk.done} total={bulk.selected} state="running" label={say('running')} />
      )}
      <div className="bulkfigs">
        <Figure label={say('selected')} value={<Count value={bulk.selected} />} />
        <Figure label={say('changed')} value={<Count value={bulk.changed} />} />
        <Figure label={say('unchanged')} value={<Count value={bulk.unchanged} />} />
        <Figure label={say('refused')} value={<Count value={bulk.refused} />} />
        <Figure label={say('not_there')} value={<Count value={bulk.gone} />} />
      </div>
      {bulk.refused > 0 && <LeftRows bulk={bulk} />}
    </div>
  )
}

function LeftRows({ bulk: { left, left_withheld } }: { bulk: Bulk }) {
  const say = useText(text)
  return (
    <Panel title={say('left_title')}>
      <PlainTable<BulkLeft>
        label={say('left_title')}
        rows={left}
        keyOf={({ id }) => id}
        columns={[
          { key: 'who', title: say('who'), cell: ({ id, name }) => <Go to={pathOf(id)}>{name}</Go> },
          { key: 'why', title: say('why'), cell: ({ message }) => message },
          { key: 'by', title: say('since_by'), width: 160, cell: ({ who }) => who ?? '—' },
          {
            key: 'at',
            title: say('when'),
            width: 140,
            align: 'end',
            cell: ({ at }) => <When at={at} time />,
          },
        ]}
      />
      {left_withheld > 0 && <p className="mut s12">{say('withheld', { n: left_withheld })}</p>}
    </Panel>
  )
}
