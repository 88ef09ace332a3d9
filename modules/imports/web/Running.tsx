import { useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { Progress, useCan } from '../../../apps/web/ui/index.ts'
import { loadSession } from '../../access/web/session.ts'
import { useRun } from '../../jobs/web/run.ts'
import { useSay } from '../../orders/web/say.ts'
import type { Import } from '../contract.ts'
import { importApi } from './importApi.ts'
import { text } from './text.ts'
import { text as undoText } from './undo/text.ts'
import { useAct } from './useAct.ts'

/** A trial or an import under way: bar, rate, what is left, and a way to stop. */
export function Running({ one }: { one: Import }) {
  const say = useSay(text)
  const can = useCan()
  const queries = useQueryClient()
  const { act, busy } = useAct(one)
  const run = useRun(one.run_id, () => {
    void queries.invalidateQueries({ queryKey: importApi.get.key })
    void queries.invalidateQueries({ queryKey: importApi.list.key })
    // The first orders may settle the base currency.
    void loadSession().catch(() => undefined)
    // New customers, products and orders are in: what was fetched before is old.
    void queries.invalidateQueries({ queryKey: ['parties'] })
    void queries.invalidateQueries({ queryKey: ['products'] })
    void queries.invalidateQueries({ queryKey: ['orders'] })
  })
  const trying = one.state === 'previewing'
  return (
    <div className="scroll pad">
      <div className="irun" aria-live="polite">
        <h2>{trying ? say('previewing') : say('running', { file: one.file_name })}</h2>
        <p className="sec s13">
          {trying ? say('previewing_text') : say('running_text')}
          {one.waits_for ? <Waits one={one} /> : run?.phase && <span className="mut"> {run.phase}</span>}
        </p>
        <Progress
          done={run?.done ?? 0}
          total={run?.total ?? null}
          rate={run?.rate ?? null}
          eta_ms={run?.eta_ms ?? null}
          state={run?.state === 'waiting' ? 'running' : (run?.state ?? 'running')}
          label={trying ? say('previewing') : say('running', { file: one.file_name })}
        />
        {can('imports:write') && (
          <Button disabled={busy || run?.cancel_requested} onClick={() => act('cancel')}>
            {trying ? say('stop_preview') : say('stop')}
          </Button>
        )}
      </div>
    </div>
  )
}

/** Another import of the source, or its undo, comes first; its name only to those who see it. */
function Waits({ one: { waits_for } }: { one: Import }) {
  const say = useSay(undoText)
  const file = waits_for?.file_name
  return <span className="mut"> {file ? say('waiting', { file }) : say('waiting_other')}</span>
}
