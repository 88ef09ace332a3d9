import { useEffect, useRef } from 'react'

/** What the server says while one looks: ids and figures, never a whole row. */
export type Said = { topic: string; data: unknown }
const URL_OF_EVENTS = '/api/v1/events'
const CHANNEL = 'guanxi.events'

type Heard = (said: Said) => void
const listeners = new Set<Heard>()
const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(CHANNEL)
let stop: (() => void) | undefined

const tell = (said: Said) => {
  for (const heard of listeners) heard(said)
}

/**
 * One stream per browser: six tabs with a stream each would use up HTTP/1.1's six connections.
 * The tab that holds the lock listens and passes on; when it closes, another takes over.
 */
function start(): () => void {
  const over = new AbortController()
  if (channel) channel.onmessage = (event: MessageEvent<Said>) => tell(event.data)
  // Web Locks are missing on plain HTTP away from localhost: there each tab listens for itself.
  if (navigator.locks && channel) {
    const hold = () =>
      new Promise<void>((done) => listen(over.signal, (said) => channel.postMessage(said), done))
    navigator.locks.request(CHANNEL, { signal: over.signal }, hold).catch(() => undefined)
  } else listen(over.signal, () => undefined)
  return () => over.abort()
}

function listen(signal: AbortSignal, pass: Heard, done: () => void = () => undefined): void {
  const source = new EventSource(URL_OF_EVENTS)
  source.onmessage = (event: MessageEvent<string>) => {
    const said = JSON.parse(event.data) as Said
    tell(said)
    pass(said)
  }
  signal.addEventListener('abort', () => {
    source.close()
    done()
  })
}

/** `useEvents('jobs', (data) => …)`; `*` hears everything. The stream lives while anyone listens. */
export function useEvents(topic: string, heard: (data: unknown, topic: string) => void): void {
  const latest = useRef(heard)
  latest.current = heard
  useEffect(() => {
    const mine: Heard = (said) => {
      if (topic === '*' || said.topic === topic) latest.current(said.data, said.topic)
    }
    listeners.add(mine)
    stop ??= start()
    return () => {
      listeners.delete(mine)
      if (listeners.size > 0) return
      stop?.()
      stop = undefined
    }
  }, [topic])
}
