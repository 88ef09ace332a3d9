import { createHmac, randomBytes } from 'node:crypto'

export const SECRET_PREFIX = 'whsec_'
export const newSecret = (): string => SECRET_PREFIX + randomBytes(32).toString('base64url')

/** `t=1700000000,v1=…`: HMAC-SHA256 of `t.body`; two while an earlier secret still counts. */
export function signature(secrets: readonly string[], at: Date, body: string): string {
  const t = Math.floor(at.getTime() / 1000)
  const macs = secrets.map((secret) => createHmac('sha256', secret).update(`${t}.${body}`).digest('hex'))
  return [`t=${t}`, ...macs.map((mac) => `v1=${mac}`)].join(',')
}
