import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Actor } from './ctx.ts'
import type { EventsAnswer } from './module.ts'
import { Refusal } from './refuse.ts'

// Server-sent events. A stream outlives its request, so what admitted it is asked again: who has signed out,
// whose key is revoked, whose rights have changed hears nothing more (a browser opens a new one by itself).
const ASK_MS = 5_000
// Proxies and browsers drop a silent stream after about a minute.
const HEARTBEAT_MS = 15_000
// A reader that does not read must not fill our memory: it is dropped, comes back and asks again.
const BEHIND_BYTES = 1_000_000

type Admission = { who: Actor | undefined; again: () => Promise<Actor | undefined> }

/** How to end each stream that is open. */
export type Streams = Set<() => void>

/** They end before the server waits for what is in flight: they would keep it waiting for ever. */
export function endStreamsOnClose(app: FastifyInstance): Streams {
  const streams: Streams = new Set()
  const sockets = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  app.addHook('preClose', async () => {
    for (const end of streams) end()
    // Browsers connect ahead of need. To Node such a connection is not idle, and closing would wait a minute for it.
    const dropUnused = () => {
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    }
    dropUnused()
    const timer = setInterval(dropUnused, 200)
    app.server.once('close', () => clearInterval(timer))
  })
  return streams
}

export async function streamEvents(
  streams: Streams,
  reply: FastifyReply,
  answer: EventsAnswer,
  { who, again }: Admission,
): Promise<void> {
  reply.hijack()
  const out = reply.raw
  out.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'close',
    'x-accel-buffering': 'no',
  })
  out.write(': open\n\n')
  const timers = [
    setInterval(() => out.write(': beat\n\n'), HEARTBEAT_MS),
    setInterval(() => void stillAdmitted(who, again).then((still) => still || out.end()), ASK_MS),
  ]
  let stop: (() => void) | null = null
  const end = () => out.end()
  streams.add(end)
  out.on('error', () => {})
  out.on('close', () => {
    for (const timer of timers) clearInterval(timer)
    streams.delete(end)
    stop?.()
  })
  const send = (topic: string, data: unknown) => {
    if (out.writableEnded) return
    if (out.writableLength > BEHIND_BYTES) out.destroy()
    else out.write(`event: ${topic}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  try {
    stop = await answer.open(send)
    if (out.destroyed) stop()
  } catch (error) {
    reply.log.error({ err: error }, 'a stream could not be opened')
    out.end()
  }
}

async function stillAdmitted(who: Actor | undefined, again: Admission['again']): Promise<boolean> {
  try {
    return rightsOf(await again()) === rightsOf(who)
  } catch (error) {
    // A database that is away for a moment signs nobody out.
    return !(error instanceof Refusal)
  }
}

const rightsOf = (who: Actor | undefined): string => JSON.stringify(who && { ...who, masks: [...who.masks] })
