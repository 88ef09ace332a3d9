import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bagOf } from './bag.ts'

const cell = fc
  .string({ unit: fc.constantFrom('a', '关', '"', '\n', ',', ' ') })
  .map((text) => `"${text.replaceAll('"', '""')}"`)
const rows = fc.array(
  fc.tuple(cell, cell).map((cells) => cells.join(',')),
  { minLength: 1, maxLength: 20 },
)
async function* cut(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const bag = (lines: readonly string[], size = 1000) =>
  bagOf(cut(lines.map((line) => `${line}\n`).join(''), size))

test('rows are one bag in any order and however they are cut; one row more, less or other is another bag', () =>
  fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 9 }), async (lines, size) => {
      const whole = await bag(lines)
      assert.equal(await bag(lines.toReversed(), size), whole)
      assert.notEqual(await bag([...lines, lines[0]!]), whole)
      assert.notEqual(await bag(lines.slice(1)), whole)
      assert.notEqual(await bag([`${lines[0]!}x`, ...lines.slice(1)]), whole)
    }),
  ))
