import type { Test } from '../filter/check.ts'
import { type Piece, piece, some, val } from '../filter/piece.ts'

// Buckets: roughly where a value lies, as numbers that one index over all custom fields finds (party_bucket). Whoever meets a
// condition is in one of its buckets, and others are too: the row itself decides. A value and a question go the same way
// through `numberAt` and `lettersOf`; whoever changes how must have every party's buckets written anew.

const YEAR = 12
/** Of a text, its first so many letters; of a day its millennium, century, year, month and itself. */
const BEGINNINGS = [1, 2, 4, 7, 10, 13, 16] as const
const DAY_LETTERS = 10
/** What is within a text is kept of so many letters of it; a longer one may hold anything. */
const LETTERS = 100
const SPANS = [
  { months: 1, letters: 7 },
  { months: YEAR, letters: 4 },
  { months: 100 * YEAR, letters: 2 },
  { months: 1000 * YEAR, letters: 1 },
] as const
const LAST_MONTH = 10_000 * YEAR - 1
/** Of a number three digits, which of thirty such steps it is in, and its power of ten. */
const STEPS = [1, 30, 900] as const
const [LEAST_E, MOST_E] = [-10, 16]
const LAST_STEP = (MOST_E - LEAST_E + 2) * 900 - 1

/** FNV-1a: the same in every process and for ever. */
function bucket(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h | 0
}
const begins = (field: number, letters: string, n: number) => bucket(`${field} t${n} ${letters}`)
const steps = (field: number, size: number, n: number) => bucket(`${field} n${size} ${n}`)

/** A whole number that grows with `value`, by its own digits: what is written alike lies alike, without rounding. */
function numberAt(value: number): number {
  if (value === 0) return 0
  const [digits, power] = Math.abs(value).toExponential().split('e') as [string, string]
  const e = Number(power)
  const first = Number(digits.replace('.', '').slice(0, 3).padEnd(3, '0'))
  const at = e < LEAST_E ? 900 : e > MOST_E ? LAST_STEP : (e - LEAST_E + 1) * 900 + first - 100
  return value < 0 ? -at : at
}

/** Letter by letter in one case, at least as coarse as any database compares them. */
const lettersOf = (text: string): string[] =>
  Array.from(text, (letter) => String.fromCodePoint(letter.toLowerCase().codePointAt(0)!))

function ofNumber(field: number, value: number): number[] {
  const at = numberAt(value)
  return STEPS.map((size) => steps(field, size, Math.floor(at / size)))
}

const ofBeginnings = (field: number, letters: readonly string[]): number[] =>
  BEGINNINGS.filter((n) => n <= letters.length).map((n) => begins(field, letters.slice(0, n).join(''), n))

const isPlain = (letter: string | undefined): boolean => letter !== undefined && letter < '\u0080'
const within = (field: number, gram: string) => bucket(`${field} w ${gram}`)

/** Three letters of ASCII in a row; of others each one, and each two of which one is other. What a text holds, its parts hold. */
function gramsOf(field: number, letters: readonly string[]): number[] {
  const grams = new Set<string>()
  for (const [i, letter] of letters.entries()) {
    const [second, third] = [letters[i + 1], letters[i + 2]]
    if (!isPlain(letter)) grams.add(letter)
    if (second !== undefined && !(isPlain(letter) && isPlain(second))) grams.add(letter + second)
    if (isPlain(letter) && isPlain(second) && isPlain(third)) grams.add(letter + second + third)
  }
  return [...grams].map((gram) => within(field, gram))
}

function ofText(field: number, text: string): number[] {
  const letters = lettersOf(text)
  const long = letters.length > LETTERS
  return [...ofBeginnings(field, letters), ...(long ? [longer(field)] : gramsOf(field, letters))]
}
const longer = (field: number) => bucket(`${field} long`)

export type Known = { id: number; kind: string }
/** Of what a party holds, by its fields' keys. Options, references, yes and no have an index of their own. */
export function bucketsOf(
  known: ReadonlyMap<string, Known>,
  values: Readonly<Record<string, unknown>>,
): number[] {
  const found = new Set<number>()
  for (const [key, value] of Object.entries(values)) {
    const field = known.get(key)
    if (field === undefined || value === null) continue
    const minor = typeof value === 'object' ? (value as { minor?: unknown }).minor : value
    const { id, kind } = field
    const there =
      typeof value === 'string'
        ? kind === 'date'
          ? ofBeginnings(id, [...value])
          : ofText(id, value)
        : typeof minor === 'number'
          ? ofNumber(id, minor)
          : []
    for (const one of there) found.add(one)
  }
  return [...found].sort((a, b) => a - b)
}

/** From `from` to `to`, both within, in as few whole pieces of these sizes (the smallest is 1) as there are. */
function covered(from: number, to: number, sizes: readonly number[]): { size: number; n: number }[] {
  const largest = sizes.toReversed()
  const found: { size: number; n: number }[] = []
  for (let at = from; at <= to; ) {
    const size = largest.find((one) => at % one === 0 && at + one - 1 <= to)!
    found.push({ size, n: at / size })
    at += size
  }
  return found
}

function askedNumber(field: number, { from, to }: Extract<Test, { is: 'number' }>): number[] {
  const [first, last] = [from === null ? -LAST_STEP : numberAt(from), to === null ? LAST_STEP : numberAt(to)]
  return covered(first, last, STEPS).map(({ size, n }) => steps(field, size, n))
}

const monthOf = (day: string): number => Number(day.slice(0, 4)) * YEAR + Number(day.slice(5, 7)) - 1

/** Whole months, and the days of those at its ends that it has a part of. */
function askedSpan(field: number, { from, to }: Extract<Test, { is: 'span' }>['span']): number[] {
  const first = from === null ? 0 : monthOf(from)
  const last = to === null ? LAST_MONTH : monthOf(to)
  const cutFirst = from !== null && !from.endsWith('-01')
  const months = covered(
    cutFirst ? first + 1 : first,
    to === null ? last : last - 1,
    SPANS.map(({ months }) => months),
  ).map(({ size, n }) => {
    const { letters } = SPANS.find(({ months }) => months === size)!
    const year = String(Math.floor((n * size) / YEAR)).padStart(4, '0')
    const text = letters === 7 ? `${year}-${String((n % YEAR) + 1).padStart(2, '0')}` : year.slice(0, letters)
    return begins(field, text, letters)
  })
  const ends = new Set(
    [...(cutFirst ? [from] : []), ...(to === null ? [] : [to])].map((day) => day.slice(0, 7)),
  )
  const days = [...ends].flatMap((month) => daysOf(month, from ?? '', to ?? '~'))
  return [...months, ...days.map((day) => begins(field, day, DAY_LETTERS))]
}

/** Of a month, those from `from` to before `to`. */
const daysOf = (month: string, from: string, to: string): string[] =>
  Array.from({ length: 31 }, (_, n) => `${month}-${String(n + 1).padStart(2, '0')}`).filter(
    (day) => from <= day && day < to,
  )

type Words = Extract<Test, { is: 'text' }>
function askedText(field: number, { how, values }: Words): Asked | null {
  if (how === 'contains') {
    const all = gramsOf(field, lettersOf(values[0]!))
    return all.length === 0 ? null : { any: [longer(field)], all }
  }
  const any: number[] = []
  for (const value of values) {
    const letters = lettersOf(value)
    const n = BEGINNINGS.findLast((one) => one <= letters.length)
    if (n === undefined) return null
    any.push(begins(field, letters.slice(0, n).join(''), n))
  }
  return { any }
}

/** One of the first, or all of the second. */
export type Asked = { any: number[]; all?: number[] }

/** The buckets in which everybody is who meets this; null: they tell nothing of it. */
export function bucketsFor(kind: string, field: number, test: Test): Asked | null {
  if (test.is === 'number' && (kind === 'number' || kind === 'money'))
    return { any: askedNumber(field, test) }
  if (test.is === 'span' && kind === 'date') return { any: askedSpan(field, test.span) }
  if (test.is === 'text' && (kind === 'text' || kind === 'long_text' || kind === 'link'))
    return askedText(field, test)
  return null
}

/** Rows `§` of party_bucket. */
export function bucketed({ any, all }: Asked): Piece {
  const one = piece`§.buckets && ${val(any, 'integer[]')}`
  return all ? some([one, piece`§.buckets @> ${val(all, 'integer[]')}`]) : one
}
