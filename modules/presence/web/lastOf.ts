import { useText } from '../../../apps/web/ui/index.ts'
import type { AskLast } from '../../../apps/web/ui/inplace/Gone.tsx'
import { text } from '../../parties/web/party.text.ts'
import { presenceApi } from './presenceApi.ts'

/** Who last changed or removed `ties.12` of a party: asked by a form over which somebody wrote. */
export function useLastOf(id: number | undefined, part: string | undefined): AskLast | undefined {
  const say = useText(text)
  const [kind, part_id] = part?.split('.') ?? []
  if (id === undefined || part_id === undefined || part_id === 'new') return undefined
  return async () => {
    const { change } = await presenceApi.last({
      params: { id },
      query: { part: kind as 'notes', part_id: Number(part_id) },
    })
    if (!change) return undefined
    const { action, by } = change
    const what = action.endsWith('.removed') ? 'removed' : action === 'tasks.done' ? 'done' : 'changed'
    const stand_in = by.kind === 'key' ? say('key') : by.kind === 'cli' ? say('cli') : undefined
    return { by: by.name ?? stand_in, what }
  }
}
