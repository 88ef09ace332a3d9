import { useText } from '../../../apps/web/ui/index.ts'
import { text } from './text.ts'

/** An event's name, or why a delivery failed, in words; what has none is shown as it is. */
export function useWord() {
  const say = useText(text)
  return (kind: 'on' | 'why', code: string): string => {
    const key = `${kind}.${code}`
    return key in text ? say(key as 'on.parties.created') : code
  }
}
