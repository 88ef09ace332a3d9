import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { base32, codeAt, stepMatching, stepOf, uriOf } from './totp.ts'

const secret = Buffer.from('12345678901234567890')

test('the codes are those of RFC 6238, appendix B', () => {
  const table: [seconds: number, code: string][] = [
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ]
  for (const [seconds, code] of table) {
    assert.equal(codeAt(secret, stepOf(new Date(seconds * 1000)), 8), code)
    assert.equal(codeAt(secret, stepOf(new Date(seconds * 1000))), code.slice(2))
  }
})

test('base32 is that of RFC 4648, without padding', () => {
  const table = ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map((text) => base32(Buffer.from(text)))
  assert.deepEqual(table, ['', 'MY', 'MZXQ', 'MZXW6', 'MZXW6YQ', 'MZXW6YTB', 'MZXW6YTBOI'])
})

test('a code works within a step of its time, once, and never after a later one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 120, max: 2 ** 31 }), fc.integer({ min: -3, max: 3 }), (seconds, off) => {
      const now = new Date(seconds * 1000)
      const step = stepOf(now) + off
      if (step < 0) return
      const code = codeAt(secret, step)
      const taken = stepMatching(secret, code, now, 0)
      if (Math.abs(off) <= 1 && step > 0) {
        assert.ok(taken !== null && codeAt(secret, taken) === code)
        assert.equal(stepMatching(secret, code, now, stepOf(now) + 1), null)
      }
    }),
  )
  const now = new Date(1_700_000_000_000)
  const step = stepOf(now)
  assert.equal(stepMatching(secret, codeAt(secret, step), now, step), null)
  assert.equal(stepMatching(secret, codeAt(secret, step - 1), now, step), null)
  assert.equal(stepMatching(secret, codeAt(secret, step + 1), now, step), step + 1)
  for (const bad of ['', '12345', '1234567', '１２３４５６', 'abcdef'])
    assert.equal(stepMatching(secret, bad, now, 0), null)
})

test('the address in the QR code names company and account', () => {
  assert.equal(
    uriOf(secret, '北风 & Co', 'a@b.example'),
    'otpauth://totp/%E5%8C%97%E9%A3%8E%20%26%20Co:a%40b.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E5%8C%97%E9%A3%8E%20%26%20Co&algorithm=SHA1&digits=6&period=30',
  )
})
