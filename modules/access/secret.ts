import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { House } from '../../kernel/ctx.ts'

// Secrets that must be read again (a second factor, a webhook's signing key) stand in the database under a key that
// does not: who has the tables alone has nothing. A restored backup in another home cannot open them.
const keyFor = (house: House, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', house.seal_key, '', `secret ${use}`, 32))

/** AES-256-GCM: nonce, tag, text. `use` binds it to what and whose it is. */
export function sealSecret(house: House, use: string, secret: Buffer): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyFor(house, use), nonce)
  const body = Buffer.concat([cipher.update(secret), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

/** Null: sealed with another key. */
export function openSecret(house: House, use: string, sealed: Buffer): Buffer | null {
  const plain = createDecipheriv('aes-256-gcm', keyFor(house, use), sealed.subarray(0, 12))
  plain.setAuthTag(sealed.subarray(12, 28))
  try {
    return Buffer.concat([plain.update(sealed.subarray(28)), plain.final()])
  } catch {
    return null
  }
}
