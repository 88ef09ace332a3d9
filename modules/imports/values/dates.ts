import type { DateSystem } from '../targets.ts'
import type { Zone } from './zones.ts'

/** How `12/1/2010` is meant. Year-first dates are never in doubt. */
export type DateOrder = 'dmy' | 'mdy'

const FIRST_YEAR = 1900
const LAST_YEAR = 2199
const DAY_MS = 86_400_000
// Day 0 of Excel's 1900 calendar as it counts from 1900-03-01 on (its 29 February 1900 never was).
const EPOCH_MS: Record<DateSystem, number> = {
  '1900': Date.UTC(1899, 11, 30),
  '1904': Date.UTC(1904, 0, 1),
}

/** UTC milliseconds, or NaN when the text is no date. */
export function parseDate(text: string, zone: Zone, order: DateOrder, system: DateSystem = '1900'): number {
  const quick = isoWall(text)
  return Number.isNaN(quick) ? carefulDate(text, zone, order, system) : zone.toUtc(quick)
}

const two = (text: string, at: number): number => {
  const a = text.charCodeAt(at) - 48
  const b = text.charCodeAt(at + 1) - 48
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : -1
}

/** `2010-12-01 08:26:00` (also `/`, `T`, no seconds, no time) read by position: what nine files in ten hold. */
function isoWall(text: string): number {
  const length = text.length
  if (length !== 19 && length !== 10 && length !== 16) return Number.NaN
  const mark = text.charCodeAt(4)
  if ((mark !== 45 && mark !== 47) || text.charCodeAt(7) !== mark) return Number.NaN
  const century = two(text, 0)
  const years = two(text, 2)
  const month = two(text, 5)
  const day = two(text, 8)
  if (century < 0 || years < 0 || month < 0 || day < 0) return Number.NaN
  let hour = 0
  let minute = 0
  let second = 0
  if (length > 10) {
    const gap = text.charCodeAt(10)
    if ((gap !== 32 && gap !== 84) || text.charCodeAt(13) !== 58) return Number.NaN
    hour = two(text, 11)
    minute = two(text, 14)
    if (length === 19) {
      if (text.charCodeAt(16) !== 58) return Number.NaN
      second = two(text, 17)
    }
  }
  return wall(century * 100 + years, month, day, hour, minute, second, 0)
}

const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function wall(y: number, mo: number, d: number, h: number, mi: number, s: number, ms: number): number {
  if (y < FIRST_YEAR || y > LAST_YEAR || mo < 1 || mo > 12 || d < 1 || d > MONTH_DAYS[mo - 1]!)
    return Number.NaN
  if (mo === 2 && d === 29 && (y % 4 !== 0 || (y % 100 === 0 && y % 400 !== 0))) return Number.NaN
  // 24:00 is how some systems write the end of a day.
  const midnight = h === 24 && mi === 0 && s === 0
  if (!(midnight || (h >= 0 && h < 24)) || !(mi >= 0 && mi < 60) || !(s >= 0 && s <= 60)) return Number.NaN
  return Date.UTC(y, mo - 1, d, h, mi, s, ms)
}

const YEAR_FIRST = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:[\sT,]*(.*))?$/
const SHORT_YEAR_FIRST = /^(\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?(?:[\sT,]*(.*))?$/
// Years of the Republic, as Taiwan counts them: three digits in front are nothing else.
const MINGUO =
  /^(?:(?:民[國国])\s*(\d{1,3})|(1\d{2}))\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号號]?(?:[\sT,]*(.*))?$/
const YEAR_LAST = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:[\sT,]+(.*))?$/
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:[\sT]?(\d{2}:?\d{2}(?::?\d{2})?))?$/
const DAY_NAMED = /^(\d{1,2})(?:st|nd|rd|th)?[\s/-]*([a-z]{3,9})\.?[\s,/-]*(\d{4}|\d{2})(?:[\sT,]+(.*))?$/i
const MONTH_NAMED = /^([a-z]{3,9})\.?[\s-]+(\d{1,2})(?:st|nd|rd|th)?,?[\s-]+(\d{4})(?:[\sT,]+(.*))?$/i
const WEEKDAY = /^(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|星期.|周.)[,\s]+/i
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const HAN_DIGITS = '〇一二三四五六七八九'
const han = (c: string) => HAN_DIGITS.indexOf(c === '零' || c === '○' ? '〇' : c)

/** `二〇二四年十二月三十一日`: the year digit by digit, month and day as numbers. */
function plainDigits(text: string): string {
  if (!/[〇零○一二三四五六七八九十]/.test(text)) return text
  return text
    .replace(/[〇零○一二三四五六七八九]{2,4}(?=年)/g, (year) => [...year].map(han).join(''))
    .replace(/([一二三]?)十([一二三四五六七八九]?)(?=[月日号时點点分秒])/g, (_, tens: string, ones: string) =>
      String((tens ? han(tens) : 1) * 10 + (ones ? han(ones) : 0)),
    )
    .replace(/[〇零○一二三四五六七八九](?=[月日号时點点分秒])/g, (one) => String(han(one)))
}

function carefulDate(raw: string, zone: Zone, order: DateOrder, system: DateSystem): number {
  if (raw.length > 64) return Number.NaN
  const text = plainDigits(raw.normalize('NFKC').trim().replace(WEEKDAY, ''))
  if (/^\d+(?:\.\d+)?$/.test(text)) return numericDate(text, zone, system)
  const parts = dateParts(text, order)
  if (!parts) return Number.NaN
  const [year, month, day, rest] = parts
  const time = parseTime(rest)
  if (!time) return Number.NaN
  const at = wall(year, month, day, time.hour, time.minute, time.second, time.ms)
  return time.offset_ms === undefined ? zone.toUtc(at) : at - time.offset_ms
}

type Parts = [year: number, month: number, day: number, rest: string]

function dateParts(text: string, order: DateOrder): Parts | undefined {
  let m = YEAR_FIRST.exec(text) ?? COMPACT.exec(text)
  if (m) return [Number(m[1]), Number(m[2]), Number(m[3]), m[4] ?? '']
  m = SHORT_YEAR_FIRST.exec(text)
  if (m) return [fullYear(m[1]!), Number(m[2]), Number(m[3]), m[4] ?? '']
  m = MINGUO.exec(text)
  if (m) return [1911 + Number(m[1] ?? m[2]), Number(m[3]), Number(m[4]), m[5] ?? '']
  m = YEAR_LAST.exec(text)
  if (m) {
    const [month, day] = order === 'mdy' ? [m[1], m[2]] : [m[2], m[1]]
    return [fullYear(m[3]!), Number(month), Number(day), m[4] ?? '']
  }
  m = DAY_NAMED.exec(text)
  if (m) return [fullYear(m[3]!), monthNamed(m[2]!), Number(m[1]), m[4] ?? '']
  m = MONTH_NAMED.exec(text)
  return m ? [Number(m[3]), monthNamed(m[1]!), Number(m[2]), m[4] ?? ''] : undefined
}

const monthNamed = (name: string) => MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1
/** Two digits: 70–99 are the 1900s, as spreadsheets have it near enough. */
const fullYear = (text: string) =>
  text.length === 4 ? Number(text) : Number(text) + (Number(text) < 70 ? 2000 : 1900)

const TIME =
  /^(上午|下午|凌晨|早上|中午|晚上|am|pm)?\s*(\d{1,2})(?:[:时點点]\s*(\d{1,2}))?(?:[:分]\s*(\d{1,2})(?:[.,](\d{1,9}))?)?\s*[时點点分秒]?\s*(am|pm|a\.m\.|p\.m\.)?\s*(z|utc|gmt|[+-]\d{2}:?\d{2})?$/i

function parseTime(rest: string) {
  const text = rest.trim().replace(/^(?:\(?(?:星期|周).\)?|at\b)\s*/i, '')
  if (text === '') return { hour: 0, minute: 0, second: 0, ms: 0, offset_ms: undefined }
  const digits = /^(\d{2})(\d{2})(\d{2})?$/.exec(text)
  const m = TIME.exec(digits ? `${digits[1]}:${digits[2]}:${digits[3] ?? '00'}` : text)
  if (!m) return undefined
  // A lone number behind a date says nothing.
  if (m[3] === undefined && !m[1] && !m[6] && !/[时點点]/.test(text)) return undefined
  let hour = Number(m[2])
  const half = (m[1] ?? m[6] ?? '').toLowerCase().replaceAll('.', '')
  if (/^(pm|下午|晚上)$/.test(half) && hour < 12) hour += 12
  else if (half === '中午' && hour < 11) hour += 12
  else if (/^(am|上午|凌晨)$/.test(half) && hour === 12) hour = 0
  const ms = m[5] ? Math.floor(Number(`0.${m[5]}`) * 1000 + 1e-6) : 0
  return { hour, minute: Number(m[3] ?? 0), second: Number(m[4] ?? 0), ms, offset_ms: offsetMs(m[7]) }
}

function offsetMs(text: string | undefined): number | undefined {
  if (!text) return undefined
  if (!/^[+-]/.test(text)) return 0
  const size = (Number(text.slice(1, 3)) * 60 + Number(text.slice(-2))) * 60_000
  return text.startsWith('-') ? -size : size
}

/** A bare number: `20240305`, an Excel day count (1954–2119), or seconds / milliseconds since 1970. */
function numericDate(text: string, zone: Zone, system: DateSystem): number {
  const whole = text.includes('.') ? text.slice(0, text.indexOf('.')) : text
  if (whole === text) {
    if (whole.length === 8 || whole.length === 12 || whole.length === 14) {
      const m = COMPACT.exec(whole)
      const time = m && parseTime(m[4] ?? '')
      if (!m || !time) return Number.NaN
      return zone.toUtc(
        wall(Number(m[1]), Number(m[2]), Number(m[3]), time.hour, time.minute, time.second, 0),
      )
    }
    if (whole.length === 10 || whole.length === 13) return Number(whole) * (whole.length === 10 ? 1000 : 1)
  }
  const serial = Number(text)
  if (whole.length !== 5 || serial < 20_000 || serial > 80_000) return Number.NaN
  // A day count is a double: a second is the finest it means.
  return zone.toUtc(EPOCH_MS[system] + Math.round((serial * DAY_MS) / 1000) * 1000)
}

/** The other reading of `3/4`. */
export const otherOrder = (order: DateOrder): DateOrder => (order === 'dmy' ? 'mdy' : 'dmy')

/** The one order in which a text is a date, where it is not one in both: it has a 13 or more. */
export function onlyOrder(text: string): DateOrder | undefined {
  const m = YEAR_LAST.exec(text.normalize('NFKC').trim())
  if (!m) return undefined
  const [a, b] = [Number(m[1]), Number(m[2])]
  if (a > 12 && b <= 12) return 'dmy'
  return b > 12 && a <= 12 ? 'mdy' : undefined
}

/** `open`: there are such dates, and none of them tells. */
export type DateOrderFound = { order: DateOrder; certain: boolean; open: boolean }

/**
 * Day or month first, over a sample. One 13 or more decides; else the reading under which the file runs in order;
 * else the habit of the region, and `certain: false`, so that a person is asked.
 */
export function detectDateOrder(samples: readonly string[], region = 'CN'): DateOrderFound {
  let dmy = 0
  let mdy = 0
  const seen: [number, number, number][] = []
  for (const sample of samples) {
    const m = YEAR_LAST.exec(sample.normalize('NFKC').trim())
    if (!m) continue
    const only = onlyOrder(sample)
    if (only === 'dmy') dmy++
    if (only === 'mdy') mdy++
    seen.push([fullYear(m[3]!), Number(m[1]), Number(m[2])])
  }
  const habit: DateOrder = ['US', 'PH', 'CN', 'JP', 'KR'].includes(region) ? 'mdy' : 'dmy'
  if (seen.length === 0) return { order: habit, certain: true, open: false }
  if (dmy !== mdy) return { order: dmy > mdy ? 'dmy' : 'mdy', certain: dmy === 0 || mdy === 0, open: false }
  const jumps = (key: (s: [number, number, number]) => number) =>
    seen.filter((s, i) => i > 0 && key(s) < key(seen[i - 1]!)).length
  const asMdy = jumps(([y, a, b]) => y * 10_000 + a * 100 + b)
  const asDmy = jumps(([y, a, b]) => y * 10_000 + b * 100 + a)
  const open = dmy === 0
  if (asMdy !== asDmy) return { order: asMdy < asDmy ? 'mdy' : 'dmy', certain: false, open }
  return { order: habit, certain: false, open }
}
