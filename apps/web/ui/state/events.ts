import { useEffect, useRef } from 'react'
import { locale } from './locale.ts'

/** What the server says while one looks: ids and figures, never a whole row. */
export type Said = { topic: string; data: unknown }
type Heard = (said: Said) => void

const URL_OF_EVENTS = '/api/v1/events'
const CHANNEL = 'guanxi.events'
const AGAIN_MS = 2000

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
  const pass = (said: Said) => {
    tell(said)
    channel?.postMessage(said)
  }
  // Web Locks are missing on plain HTTP away from localhost: there each tab listens for itself.
  const listening =
    navigator.locks && channel
      ? navigator.locks.request(CHANNEL, { signal: over.signal }, () => listen(over.signal, pass))
      : listen(over.signal, tell)
  listening.catch(() => undefined)
  return () => over.abort()
}

/** Not EventSource: it hears only topics whose names one knows beforehand. */
async function listen(signal: AbortSignal, pass: Heard): Promise<void> {
  while (!signal.aborted) {
    const answer = await fetch(URL_OF_EVENTS, { signal, headers: { 'accept-language': locale() } }).catch(
      () => null,
    )
    // Signed out, not permitted, not there: asking again would not help.
    if (answer && answer.status >= 400 && answer.status < 500) return
    if (answer?.ok && answer.body) await read(answer.body, pass).catch(() => undefined)
    await pause(AGAIN_MS, signal)
  }
}

async function read(body: ReadableStream<Uint8Array>, pass: Heard): Promise<void> {
  const decoder = new TextDecoder()
  let rest = ''
  const reader = body.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const blocks = (rest + decoder.decode(part.value, { stream: true })).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const said = parse(block)
      if (said) pass(said)
    }
  }
}

function parse(block: string): Said | undefined {
  const lines = block.split('\n')
  const value = (name: string) =>
    lines
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trimStart()
  const data = value('data')
  return data === undefined
    ? undefined
    : { topic: value('event') ?? 'message', data: JSON.parse(data) as unknown }
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((done) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      done()
    })
  })

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
