import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useState } from 'react'
import {
  Icon,
  Progress,
  problemOf,
  useCan,
  useLocale,
  useToast,
  useZone,
  When,
} from '../../../../apps/web/ui/index.ts'
import { formatNumber, formatTime } from '../../../../kernel/text.ts'
import { loadSession } from '../../../access/web/session.ts'
import { useRun } from '../../../jobs/web/run.ts'
import { useSay } from '../../../orders/web/say.ts'
import type { Import } from '../../contract.ts'
import type { Undo } from '../../contract.undo.ts'
import { importApi } from '../importApi.ts'
import { useCounted } from './counted.ts'
import { text } from './text.ts'
import { UndoDialog } from './UndoDialog.tsx'
import './undo.css'

type Last = NonNullable<Undo['last']>
const underWay = ({ undo: { last } }: Pick<Import, 'undo'>): Last | null =>
  last && (last.state === 'waiting' || last.state === 'running') ? last : null

/** On the report of an import: that it is undone, or being undone. Nothing while it stands. */
export function UndoBanner({ one }: { one: Import }) {
  const say = useSay(text)
  const run = underWay(one)
  const { undo } = one
  if (run) return <Running one={one} last={run} />
  if (undo.last?.state === 'failed')
    return (
      <p className="ubanner bad" role="status">
        {say(`failed_${undo.last.direction}`, { why: undo.last.error?.message ?? '' })}
      </p>
    )
  if (undo.state !== 'undone' && undo.state !== 'partly_undone') return null
  return <Undone one={one} />
}

function Undone({ one: { undo } }: { one: Import }) {
  const say = useSay(text)
  const locale = useLocale()
  const counted = useCounted()
  const { last } = undo
  const report = last?.state === 'done' ? last.report : null
  const said = report && [
    counted(report, 'removed') && say('it_removed', { what: counted(report, 'removed') }),
    counted(report, 'created') && say('it_created', { what: counted(report, 'created') }),
    counted(report, 'changed') && say('it_changed', { what: counted(report, 'changed') }),
    report.rejects > 0 && last?.direction === 'undo' && say('rejects', { n: report.rejects }),
    report.base && say('base'),
    say('took', { n: formatNumber(report.seconds, locale, { maximumFractionDigits: 1 }) }),
  ]
  return (
    <div className="ubanner" role="status" data-testid="undone">
      <b>{undo.state === 'undone' ? say('undone') : say('partly', { n: undo.standing })}</b>
      <span className="mut s12">
        {last?.by && `${last.by.name} · `}
        <When at={undo.undone_at} time full />
      </span>
      {said && <span className="s13 usaid">{said.filter(Boolean).join(' · ')}</span>}
    </div>
  )
}

function Running({ one, last }: { one: Import; last: Last }) {
  const say = useSay(text)
  const can = useCan()
  const queries = useQueryClient()
  const refresh = () => {
    for (const key of [importApi.get.key, importApi.list.key, ['parties'], ['products'], ['orders']])
      void queries.invalidateQueries({ queryKey: key })
    // The base currency may be open again.
    void loadSession().catch(() => undefined)
  }
  const run = useRun(last.run_id, refresh)
  // For a stream that does not come through, and a role that sees no jobs.
  useQuery({ ...importApi.get.query({ params: { id: one.id } }), refetchInterval: 2000 })
  const stop = useMutation({
    mutationFn: () => importApi.undoCancel({ params: { id: one.id } }),
    onSettled: refresh,
  })
  const label = say(last.direction === 'undo' ? 'undoing' : 'redoing')
  const waits = last.waits_for
  return (
    <div className="ubanner run" aria-live="polite">
      <b>{label}</b>
      <span className="mut s12">
        {waits
          ? waits.file_name
            ? say('waiting', { file: waits.file_name })
            : say('waiting_other')
          : (run?.phase ?? '')}
      </span>
      <Progress done={0} total={null} rate={null} eta_ms={null} state="running" label={label} />
      <span className="row wrap">
        <span className="mut s12">{say('may_leave')}</span>
        {can('imports:write') && (
          <Button
            size="small"
            disabled={stop.isPending || stop.isSuccess || run?.cancel_requested}
            onClick={() => stop.mutate()}
          >
            {say('stop')}
          </Button>
        )}
      </span>
    </div>
  )
}

/** Beside the report: the way back, for as long as there is one, and why there is none. */
export function UndoBlock({ one }: { one: Import }) {
  const say = useSay(text)
  const can = useCan()
  const locale = useLocale()
  const zone = useZone()
  const [asked, setAsked] = useState<'undo' | 'redo' | null>(null)
  const { mutate, isPending } = useTurn(one, () => setAsked(null))
  const { undo } = one
  if (undo.state === 'none') return null
  const day = undo.until && formatTime(undo.until, locale, zone, { dateStyle: 'medium' })
  const free = can('imports:write') && !underWay(one) && !undo.why_not
  const redo = undo.undone > 0
  return (
    <section className="blk ublock" data-testid="undo">
      <h3>{say('undo')}</h3>
      {undo.why_not ? (
        <p className="sec s13">{undo.why_not.message}</p>
      ) : (
        <p className="sec s13">{undo.state === 'standing' && say('says')}</p>
      )}
      {free && (
        <div className="row wrap">
          {redo && (
            <Button size="small" onClick={() => setAsked('redo')}>
              {say('open_redo')}
            </Button>
          )}
          {undo.standing > 0 && (
            <Button size="small" icon={<Icon name="undo" />} onClick={() => setAsked('undo')}>
              {undo.state === 'partly_undone' ? say('open_rest', { n: undo.standing }) : say('open')}
            </Button>
          )}
        </div>
      )}
      {day && !undo.why_not && <p className="mut s12">{say(redo ? 'until_redo' : 'until', { day })}</p>}
      {undo.last?.state === 'cancelled' && <p className="mut s12">{say('stopped')}</p>}
      {asked && (
        <UndoDialog
          one={one}
          direction={asked}
          busy={isPending}
          onDo={() => mutate(asked)}
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  )
}

function useTurn({ id }: Import, onStarted: () => void) {
  const toast = useToast()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (direction: 'undo' | 'redo') => importApi[direction]({ params: { id } }),
    onSuccess: onStarted,
    onError: (error) => toast.error(problemOf(error)?.detail || error.message),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: importApi.get.key })
      void queries.invalidateQueries({ queryKey: importApi.list.key })
    },
  })
}
