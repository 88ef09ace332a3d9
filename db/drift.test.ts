import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { generateFresh } from './regenerate.ts'

test('schema.sql and types.gen.ts are what the migrations make; else `npm run generate`', async () => {
  const made = await generateFresh()
  const committed = (name: string) => readFile(new URL(name, import.meta.url), 'utf8')
  assert.equal(await committed('schema.sql'), made.schema)
  assert.equal(await committed('types.gen.ts'), made.types)
})
