import type { House } from './ctx.ts'

const asked = new WeakMap<House, Map<string, Promise<unknown>>>()

/**
 * Those that ask the same in one turn of the loop are answered by one question, put when the turn's last has arrived:
 * nobody gets an answer that is older than their asking.
 */
export function inOneTurn<R>(house: House, key: string, ask: () => Promise<R>): Promise<R> {
  let open = asked.get(house)
  if (!open) asked.set(house, (open = new Map()))
  const going = open.get(key) as Promise<R> | undefined
  if (going) return going
  const answer = new Promise<R>((resolve) => {
    setImmediate(() => {
      open.delete(key)
      resolve(ask())
    })
  })
  open.set(key, answer)
  return answer
}
