import http from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import type { Target } from './addresses.ts'

/** An object, so that a test need not be patient. */
export const patience = { ms: 10_000 }
// The answer's status is all that counts; what more it says is not kept.
const READ_BYTES = 64 * 1024

export type Answer = { status: number } | { error: 'timeout' | 'connection' | 'certificate' }

/** To the checked address, under the name that was asked for. Redirects are answers, and not followed. */
export function post(
  { url, address, family }: Target,
  body: string,
  headers: Record<string, string>,
): Promise<Answer> {
  const secure = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return new Promise((resolve) => {
    const request = (secure ? https : http).request({
      host: address,
      family,
      port: url.port || (secure ? 443 : 80),
      path: `${url.pathname}${url.search}`,
      method: 'POST',
      agent: false,
      ...(secure && !isIP(host) ? { servername: host } : {}),
      headers: { ...headers, host: url.host, 'content-length': String(Buffer.byteLength(body)) },
    })
    const timer = setTimeout(() => end({ error: 'timeout' }), patience.ms)
    const end = (answer: Answer) => {
      clearTimeout(timer)
      request.destroy()
      resolve(answer)
    }
    request.on('response', (response) => {
      const status = response.statusCode ?? 0
      let read = 0
      response.on('data', (chunk: Buffer) => {
        read += chunk.length
        if (read > READ_BYTES) end({ status })
      })
      response.on('end', () => end({ status }))
      response.on('error', () => end({ status }))
    })
    request.on('error', (error: NodeJS.ErrnoException) =>
      end({
        error: /CERT|SELF_SIGNED|ALTNAME|TLS|SSL/.test(error.code ?? '') ? 'certificate' : 'connection',
      }),
    )
    request.end(body)
  })
}
