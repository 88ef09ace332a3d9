import Button from 'antd/es/button'
import { Go, KeyValues, Peek, Progress, Section, useText, When } from '../../../apps/web/ui/index.ts'
import { jobPlace } from '../../../apps/web/words.ts'
import type { JobRun } from '../contract.ts'
import { StateTag, subjectOf, useJobName, useTook } from './jobColumns.tsx'
import { isOver } from './run.ts'
import { text } from './text.ts'

type PeekProps = { run: JobRun; onClose: () => void; onStop: ((run_id: number) => void) | undefined }

export function JobPeek({ run, onClose, onStop }: PeekProps) {
  const say = useText(text)
  const name = useJobName()
  const took = useTook()
  const place = jobPlace(run.job, run.subject)
  return (
    <Peek
      title={name(run.job)}
      note={
        <>
          <StateTag run={run} />
          <span className="cut">{subjectOf(run)}</span>
        </>
      }
      onClose={onClose}
      foot={
        <>
          {place && (
            <Go {...place} className="btn s">
              {say('open')}
            </Go>
          )}
          {!isOver(run) && onStop && (
            <Button size="small" disabled={run.cancel_requested} onClick={() => onStop(run.run_id)}>
              {run.cancel_requested ? say('stopping') : say('stop_this')}
            </Button>
          )}
        </>
      }
    >
      <Section title={say('progress')} more={run.phase ?? undefined}>
        <Progress
          done={run.done}
          total={run.total}
          rate={run.rate}
          eta_ms={run.eta_ms}
          state={run.state}
          label={say('progress')}
        />
      </Section>
      {run.error && (
        <Section title={say('error')}>
          <p className="s13">{run.error.message}</p>
        </Section>
      )}
      <Section title={say('what')}>
        <KeyValues
          items={[
            [say('who'), run.started_by_name ?? say('system')],
            [say('started'), <When key="started" at={run.started_at ?? run.created_at} time />],
            [say('finished'), <When key="finished" at={run.finished_at} time />],
            [say('took'), took(run)],
            [say('number'), String(run.run_id)],
          ]}
        />
      </Section>
    </Peek>
  )
}
