import { connect, type Socket } from 'node:net'

// A load generator on bare sockets: it shares the machine with what it measures, so it must cost little.
// Run as a process of its own: the spec on stdin as JSON, the result on stdout as JSON.
export type Spec = {
  host: string
  port: number
  connections: number
  seconds: number
  method: string
  /** taken in turn; `{n}` becomes a number that never comes twice */
  paths: string[]
  headers: Record<string, string>
  body?: string
  warm_s?: number
}
export type Result = {
  requests: number
  per_s: number
  p50_ms: number
  p95_ms: number
  p99_ms: number
  max_ms: number
  failed: number
  statuses: Record<string, number>
  bytes: number
}

const HEAD_END = Buffer.from('\r\n\r\n')

/** How long the answer at the head of `buffer` is; -1 while it is not whole. */
function answerLength(buffer: Buffer): number {
  const head = buffer.indexOf(HEAD_END)
  if (head < 0) return -1
  const text = buffer.toString('latin1', 0, head).toLowerCase()
  const length = /\r\ncontent-length: (\d+)/.exec(text)
  if (length) return head + 4 + Number(length[1])
  if (!text.includes('transfer-encoding: chunked')) return head + 4
  const end = buffer.indexOf('0\r\n\r\n', head + 4, 'latin1')
  return end < 0 ? -1 : end + 5
}

export async function run(spec: Spec): Promise<Result> {
  const started = performance.now()
  const counting = started + (spec.warm_s ?? 1) * 1000
  const stop = counting + spec.seconds * 1000
  const latencies: number[] = []
  const statuses: Record<string, number> = {}
  let turn = 0
  let bytes = 0
  const next = (): Buffer => {
    const n = turn++
    const path = spec.paths[n % spec.paths.length]!.replaceAll('{n}', String(n))
    const body = spec.body?.replaceAll('{n}', `${process.pid}-${n}`)
    const headers = {
      host: `${spec.host}:${spec.port}`,
      ...spec.headers,
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
    }
    return Buffer.from(
      `${spec.method} ${path} HTTP/1.1\r\n${Object.entries(headers)
        .map(([k, v]) => `${k}: ${v}\r\n`)
        .join('')}\r\n${body ?? ''}`,
    )
  }
  const worker = () =>
    new Promise<void>((done, fail) => {
      const socket: Socket = connect({ host: spec.host, port: spec.port, noDelay: true })
      let pending = Buffer.alloc(0)
      let sent = 0
      const send = () => {
        sent = performance.now()
        socket.write(next())
      }
      socket.on('connect', send)
      socket.on('error', fail)
      socket.on('data', (chunk) => {
        pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
        const length = answerLength(pending)
        if (length < 0 || pending.length < length) return
        const now = performance.now()
        if (now >= counting) {
          const status = pending.toString('latin1', 9, 12)
          statuses[status] = (statuses[status] ?? 0) + 1
          latencies.push(now - sent)
          bytes += length
        }
        pending = pending.subarray(length)
        if (now < stop) return send()
        socket.end()
        done()
      })
    })
  await Promise.all(Array.from({ length: spec.connections }, worker))
  latencies.sort((a, b) => a - b)
  const at = (q: number) =>
    Math.round((latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))] ?? 0) * 100) / 100
  const failed = Object.entries(statuses).reduce(
    (n, [status, count]) => (status.startsWith('2') ? n : n + count),
    0,
  )
  return {
    requests: latencies.length,
    per_s: Math.round(latencies.length / spec.seconds),
    p50_ms: at(0.5),
    p95_ms: at(0.95),
    p99_ms: at(0.99),
    max_ms: at(1),
    failed,
    statuses,
    bytes,
  }
}

if (import.meta.main) {
  const { text } = await import('node:stream/consumers')
  process.stdout.write(JSON.stringify(await run(JSON.parse(await text(process.stdin)) as Spec)))
}
