import Button from 'antd/es/button'
import { useGo, useText } from '../../../apps/web/ui/index.ts'
import { text } from './text.ts'
import { useLoad } from './useLoad.ts'

/** In a house without customers: one click, and there is something to look at. */
export function ExploreSample() {
  const say = useText(text)
  const go = useGo()
  const { load, busy } = useLoad()
  return (
    <Button loading={busy} onClick={async () => (await load(false)) && go('/sample')}>
      {busy ? say('exploring') : say('explore')}
    </Button>
  )
}
