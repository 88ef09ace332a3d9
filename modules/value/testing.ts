import { join } from 'node:path'
import type { TestHouse } from '../../kernel/testing.ts'
import { importFile } from '../imports/file.ts'
import { found } from '../imports/testing.ts'

/** The first 20,000 lines of the retail file. */
export const RETAIL = join(import.meta.dirname, '../../e2e/fixtures/retail-first-20000.csv.gz')

export async function importRetail(h: TestHouse, path = RETAIL): Promise<void> {
  await found(h)
  await importFile(h.ctx(), { kind: 'orders', source: 'retail', path, options: { zone: 'Europe/London' } })
}
