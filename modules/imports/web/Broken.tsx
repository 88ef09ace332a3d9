import Button from 'antd/es/button'
import { useSearch } from '../../../apps/web/ui/index.ts'
import { useSay } from '../../orders/web/say.ts'
import type { Import } from '../contract.ts'
import { text } from './text.ts'
import { useAct } from './useAct.ts'

/** A trial or an import that failed or was stopped: what happened, that nothing was written, what to do. */
export function Broken({ one }: { one: Import }) {
  const say = useSay(text)
  const [, setSearch] = useSearch()
  const { act, busy } = useAct(one)
  const stopped = one.state === 'cancelled'
  return (
    <div className="state" role={stopped ? undefined : 'alert'}>
      <div>
        <h2>{stopped ? say('stopped') : say('failed')}</h2>
        {one.error && !stopped && <p>{one.error.message}</p>}
        <p>{stopped ? say('stopped_text') : say('failed_text')}</p>
        <div className="act">
          <Button onClick={() => setSearch({ step: 'match' })}>{say('to_match')}</Button>
          <Button type="primary" loading={busy} onClick={() => act('preview')}>
            {say('again')}
          </Button>
        </div>
      </div>
    </div>
  )
}
