import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

const folder = new URL('../../reference/', import.meta.url)

/** A JSON file of figures computed elsewhere; decimals are kept as strings where double would round them. */
export const readReference = <Shape>(name: string): Shape =>
  JSON.parse(readFileSync(new URL(name, folder), 'utf8'))

/** A comma-separated file of numbers with one header line, as columns. */
export function readColumns(name: string): Record<string, Float64Array> {
  const lines = readFileSync(new URL(name, folder), 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
  const header = lines[0]!.split(',')
  const rows = lines.slice(1).map((line) => line.split(',').map(Number))
  return Object.fromEntries(header.map((column, i) => [column, Float64Array.from(rows, (row) => row[i]!)]))
}

/** |actual − expected| ≤ tolerance · max(floor, |expected|). */
export function near(
  actual: number,
  expected: number | string,
  tolerance: number,
  what = '',
  floor = 0,
): void {
  const target = Number(expected)
  const error = Math.abs(actual - target)
  assert.ok(
    actual === target || error <= tolerance * Math.max(floor, Math.abs(target)),
    `${what} ${actual} is not ${expected} (error ${error}, allowed ${tolerance} relative)`,
  )
}
