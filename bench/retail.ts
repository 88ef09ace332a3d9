import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { finished, pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { root } from './process.ts'

const REAL = join(root, '../shared/data/retail/online_retail.csv.gz')
const LINES = 541_909

/** The real retail file, unpacked, where it stands beside the repository; else one of its shape. */
export async function retailFile(path: string): Promise<{ path: string; real: boolean }> {
  const real = existsSync(REAL)
  if (real) await pipeline(createReadStream(REAL), createGunzip(), createWriteStream(path))
  else await retailLike(path, LINES)
  return { path, real }
}

/** A file with the shape and the dirt of the retail export, for machines that do not have it. */
export async function retailLike(path: string, lines: number): Promise<void> {
  const out = createWriteStream(path, { highWaterMark: 1 << 20 })
  out.write('InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n')
  const start = Date.UTC(2010, 11, 1, 8, 26)
  let state = 42
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296
  let invoice = 536365
  let left = 0
  let head = { number: '', at: '', customer: '' }
  for (let i = 0; i < lines; i++) {
    if (left === 0) {
      left = 1 + Math.floor(next() * 41)
      const cancelled = next() < 0.15
      const customer = next() < 0.15 ? '' : `${12346 + Math.floor(next() * 4372)}.0`
      head = {
        number: `${cancelled ? 'C' : ''}${invoice++}`,
        at: new Date(start + i * 59_000).toISOString().replace('T', ' ').slice(0, 19),
        customer,
      }
    }
    left--
    const code = 20000 + Math.floor(next() ** 2 * 4000)
    const quantity = (1 + Math.floor(next() * 24)) * (head.number.startsWith('C') ? -1 : 1)
    const row = `${head.number},${code},"ITEM, NO ${code}",${quantity},${head.at},${(0.42 + Math.floor(next() * 900) / 100).toFixed(2)},${head.customer},United Kingdom\n`
    if (!out.write(row)) await new Promise<void>((done) => out.once('drain', () => done()))
  }
  out.end()
  await finished(out)
}
