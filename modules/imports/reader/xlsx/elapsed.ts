/** Lengths of time: `[h]:mm` shows 36:30 where a clock would begin again at 0. */

/** `all`: what the whole length makes in this unit; else what the larger units leave. */
type Token =
  | { unit: 'h' | 'm' | 's'; width: number; all: boolean }
  | { unit: 'fraction'; width: number }
  | { text: string }
export type Elapsed = readonly Token[]

const SECONDS = { h: 3600, m: 60, s: 1 }
const AROUND = { h: 24, m: 60, s: 60 }
// Beyond, a number is no length of time that anybody wrote down: three million years.
const LONGEST_DAYS = 1e9
const PARTS = /\[(h+|m+|s+)\]|\[[^\]]*\]|(h+|m+|s+)|\.(0+)|"([^"]*)"|\\(.)|[_*].|(.)/gisu

/** A format's part for positive numbers; `undefined`: it shows no length of time. */
export function elapsedFormat(section: string): Elapsed | undefined {
  const tokens: Token[] = []
  for (const [, all, rest, fraction, quoted, escaped, other] of section.matchAll(PARTS)) {
    const unit = (all ?? rest)?.[0]?.toLowerCase() as 'h' | 'm' | 's' | undefined
    if (unit) tokens.push({ unit, width: (all ?? rest)!.length, all: all !== undefined })
    else if (fraction) tokens.push({ unit: 'fraction', width: Math.min(fraction.length, 3) })
    else if (quoted ?? escaped ?? other) tokens.push({ text: (quoted ?? escaped ?? other)! })
  }
  return tokens.some((token) => 'all' in token && token.all) ? tokens : undefined
}

const inFull = elapsedFormat('[h]:mm:ss')!

/** As a person reads it in the cell; a length whose seconds the format hides is told with them. */
export function elapsedText(days: number, format: Elapsed): string | undefined {
  if (Math.abs(days) > LONGEST_DAYS) return undefined
  const digits = format.find((token) => 'unit' in token && token.unit === 'fraction')
  const places = digits && 'width' in digits ? digits.width : 0
  const ticks = Math.round(Math.abs(days) * 86_400 * 10 ** places)
  const seconds = Math.floor(ticks / 10 ** places)
  const smallest = Math.min(...format.flatMap((token) => ('all' in token ? [SECONDS[token.unit]] : [])))
  if (seconds % smallest !== 0) return elapsedText(days, inFull)
  const told = format.map((token) => {
    if ('text' in token) return token.text
    if (token.unit === 'fraction') return `.${String(ticks % 10 ** places).padStart(places, '0')}`
    const whole = Math.floor(seconds / SECONDS[token.unit])
    return String(token.all ? whole : whole % AROUND[token.unit]).padStart(token.width, '0')
  })
  return `${days < 0 && ticks > 0 ? '-' : ''}${told.join('').trim()}`
}
