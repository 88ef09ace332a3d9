import { useMemo } from 'react'
import { type Column, Count, Tag, type Tone, useLocale, useText, When } from '../../../apps/web/ui/index.ts'
import { jobWords } from '../../../apps/web/words.ts'
import { formatNumber, phrase } from '../../../kernel/text.ts'
import type { JobRun } from '../contract.ts'
import { isOver } from './run.ts'
import { text } from './text.ts'

const tones: Record<JobRun['state'], Tone> = {
  waiting: 'plain',
  running: 'brand',
  done: 'ok',
  failed: 'warn',
  cancelled: 'plain',
}

export function StateTag({ run }: { run: JobRun }) {
  const say = useText(text)
  const stopping = run.cancel_requested && !isOver(run)
  return <Tag tone={tones[run.state]}>{stopping ? say('stopping') : say(run.state)}</Tag>
}

/** What a job is called; its code where a module gives no words. */
export function useJobName(): (job: string) => string {
  const locale = useLocale()
  return (job) => {
    const words = jobWords[`job.${job}`]
    return words ? phrase(words, locale) : job
  }
}

/** What a run is about, as its job said: a file's name, mostly. */
export const subjectOf = ({ subject }: JobRun): string => {
  const said =
    subject['file'] ??
    subject['file_name'] ??
    subject['name'] ??
    subject['currency'] ??
    subject['base_currency']
  return typeof said === 'string' ? said : ''
}

export function useTook(): (run: JobRun) => string | null {
  const say = useText(text)
  const locale = useLocale()
  return ({ started_at, finished_at }) => {
    if (!started_at) return null
    const seconds = (Date.parse(finished_at ?? new Date().toISOString()) - Date.parse(started_at)) / 1000
    if (seconds < 90)
      return say('seconds', {
        n: formatNumber(seconds, locale, { maximumFractionDigits: seconds < 10 ? 1 : 0 }),
      })
    if (seconds < 5400) return say('minutes', { n: Math.round(seconds / 60) })
    return say('hours', { n: formatNumber(seconds / 3600, locale, { maximumFractionDigits: 1 }) })
  }
}

/** A bar and a number in one line: the row keeps its height. */
export function InRow({ run }: { run: JobRun }) {
  if (run.state === 'failed')
    return (
      <span className="cut warnc" title={run.error?.message}>
        {run.error?.message}
      </span>
    )
  if (run.state === 'waiting' || run.state === 'cancelled') return <span className="mut">—</span>
  const share = run.state === 'done' ? 1 : run.total ? Math.min(1, run.done / run.total) : null
  return (
    <span className="jrun">
      <span className={share === null ? 'bar open' : 'bar'}>
        <b style={{ width: `${(share ?? 0.3) * 100}%` }} />
      </span>
      <span className="n">
        <Count value={run.done} />
      </span>
      {run.state === 'running' && <span className="mut cut">{run.phase}</span>}
    </span>
  )
}

export function useJobColumns(stop: ((run_id: number) => void) | undefined): readonly Column<JobRun>[] {
  const say = useText(text)
  const name = useJobName()
  const took = useTook()
  // biome-ignore lint/correctness/useExhaustiveDependencies: names change with the language, as say does
  return useMemo(
    () => [
      {
        key: 'job',
        title: say('job'),
        min: 220,
        grow: 2,
        cell: (run) => (
          <span className="nm2">
            <span className="z">{name(run.job)}</span>
            <span className="l">{subjectOf(run)}</span>
          </span>
        ),
      },
      { key: 'state', title: say('state'), width: 96, cell: (run) => <StateTag run={run} /> },
      { key: 'progress', title: say('progress'), min: 260, grow: 2, cell: (run) => <InRow run={run} /> },
      {
        key: 'who',
        title: say('who'),
        width: 120,
        cell: (run) => run.started_by_name ?? <span className="mut">{say('system')}</span>,
      },
      {
        key: 'started',
        title: say('started'),
        width: 120,
        align: 'end',
        cell: (run) => <When at={run.started_at ?? run.created_at} time />,
      },
      {
        key: 'took',
        title: say('took'),
        width: 84,
        align: 'end',
        cell: (run) => took(run) ?? <span className="mut">—</span>,
      },
      {
        key: 'stop',
        title: say('action'),
        width: 76,
        align: 'end',
        cell: (run) =>
          stop && !isOver(run) && !run.cancel_requested ? (
            <button type="button" className="lnk" onClick={() => stop(run.run_id)}>
              {say('stop')}
            </button>
          ) : null,
      },
    ],
    [say, stop],
  )
}

export function JobNarrow({ run }: { run: JobRun }) {
  const name = useJobName()
  return (
    <>
      <div className="l1">
        <span className="cut">{name(run.job)}</span>
        <span className="r">
          <StateTag run={run} />
        </span>
      </div>
      <div className="l2">
        <span className="cut">
          {subjectOf(run)} {run.error?.message}
        </span>
        <span className="r mut">
          <When at={run.started_at ?? run.created_at} time />
        </span>
      </div>
    </>
  )
}
