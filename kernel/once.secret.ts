import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import type { House } from './ctx.ts'

// A route that says `secret` takes a password or shows a key once. What Idempotency-Key keeps of it must not be
// readable, nor guessable, by who reads the table: both stand under a key that lives outside the database.
const keyFor = (house: House, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', house.seal_key, '', `idempotency ${use}`, 32))

export const keyedHash = (house: House, text: string): Buffer =>
  createHmac('sha256', keyFor(house, 'body')).update(text).digest()

/** AES-256-GCM: nonce, tag, text. */
export function sealAnswer(house: House, answer: unknown): { sealed: string } {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyFor(house, 'answer'), nonce)
  const body = Buffer.concat([cipher.update(JSON.stringify(answer ?? null)), cipher.final()])
  return { sealed: Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64') }
}

export function openAnswer(house: House, { sealed }: { sealed: string }): unknown {
  const bytes = Buffer.from(sealed, 'base64')
  const plain = createDecipheriv('aes-256-gcm', keyFor(house, 'answer'), bytes.subarray(0, 12))
  plain.setAuthTag(bytes.subarray(12, 28))
  return JSON.parse(Buffer.concat([plain.update(bytes.subarray(28)), plain.final()]).toString())
}
