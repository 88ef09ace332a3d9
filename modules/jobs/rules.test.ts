import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { meanPace, paceOf, WINDOW_MS } from './rules.ts'

const steady = (rate: number, seconds: number) =>
  Array.from({ length: seconds + 1 }, (_, s) => ({ at_ms: 1_000_000 + s * 1000, done: s * rate }))

test('steady work shows its rate and what is left of it', () => {
  assert.deepEqual(paceOf(steady(50, 8), 1000), { rate: 50, eta_ms: 12_000 })
})

test('the pace is that of the last ten seconds, not of an earlier phase', () => {
  const slow = steady(1, 60)
  const last = slow.at(-1)!
  const fast = Array.from({ length: 11 }, (_, s) => ({
    at_ms: last.at_ms + s * 1000,
    done: last.done + s * 500,
  }))
  assert.equal(paceOf([...slow, ...fast.slice(1)], null).rate, 500)
})

test('what cannot be known is not guessed', () => {
  assert.deepEqual(paceOf([], 10), { rate: null, eta_ms: null })
  assert.deepEqual(paceOf(steady(5, 0), 10), { rate: null, eta_ms: null })
  assert.deepEqual(
    paceOf(
      [
        { at_ms: 0, done: 4 },
        { at_ms: WINDOW_MS, done: 4 },
      ],
      10,
    ),
    { rate: null, eta_ms: null },
  )
  assert.equal(paceOf(steady(5, 3), null).eta_ms, null)
})

test('time left is never negative and rates never infinite, whatever is reported', () =>
  fc.assert(
    fc.property(
      fc.array(fc.record({ at_ms: fc.nat(1e6), done: fc.nat(1e9) }), { maxLength: 30 }),
      fc.option(fc.nat(1e9)),
      (samples, total) => {
        const { rate, eta_ms } = paceOf(
          samples.sort((a, b) => a.at_ms - b.at_ms),
          total,
        )
        return (
          (rate === null || Number.isFinite(rate)) &&
          (eta_ms === null || (Number.isFinite(eta_ms) && eta_ms >= 0))
        )
      },
    ),
  ))

test('a run that is over has no time left; one that waits has no pace', () => {
  const run = {
    done: 100,
    total: 400,
    started_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:10.000Z',
  }
  assert.deepEqual(meanPace({ ...run, state: 'running' }), { rate: 10, eta_ms: 30_000 })
  assert.deepEqual(meanPace({ ...run, state: 'done' }), { rate: 10, eta_ms: null })
  assert.deepEqual(meanPace({ ...run, state: 'waiting' }), { rate: null, eta_ms: null })
})
