/** Decimals of a file as scaled integers: no float ever holds a fraction, so 2.55 stays 2.55. */

export type DecimalMark = '.' | ','
/** `value` = the number × 10^scale, a safe integer. `rounded`: the file had more digits than the scale keeps. */
export type Decimal = { value: number; rounded: boolean }

export const QUANTITY_SCALE = 4
export const PRICE_SCALE = 6

const POWERS = Array.from({ length: 16 }, (_, i) => 10 ** i)

/**
 * The common shape (`-12.50`) without allocation: the scaled integer, or NaN when a closer look is needed.
 * Fifteen digits always fit 2^53; anything longer takes the exact way round.
 */
export function plainDecimal(text: string, scale: number): number {
  const length = text.length
  let i = 0
  const negative = text.charCodeAt(0) === 45
  if (negative) i = 1
  let n = 0
  let digits = 0
  let point = -1
  for (; i < length; i++) {
    const c = text.charCodeAt(i)
    if (c >= 48 && c <= 57) {
      n = n * 10 + (c - 48)
      digits++
    } else if (c === 46 && point < 0) point = i
    else return Number.NaN
  }
  if (digits === 0) return Number.NaN
  const pad = point < 0 ? scale : scale - (length - 1 - point)
  if (pad < 0 || digits + pad > 15) return Number.NaN
  const value = n * POWERS[pad]!
  return negative && value !== 0 ? -value : value
}

export function parseDecimal(text: string, scale: number, mark: DecimalMark = '.'): Decimal | undefined {
  if (mark === '.') {
    const value = plainDecimal(text, scale)
    if (!Number.isNaN(value)) return { value, rounded: false }
  }
  return carefulDecimal(text, scale, mark)
}

const MONEY =
  /(?:人民币|港币|美元|欧元|英镑|日元|(?:rmb|cny|usd|hkd|eur|gbp|jpy|hk\$|us\$)|[¥$£€￥＄￡₩₹])/giu
/** The sign or word of a currency that stands at a figure. */
export const moneySign = (text: string): string | undefined => text.match(MONEY)?.[0]

// Units that people write behind a figure; anything else behind a figure is a mistake to be shown, not guessed.
const UNIT =
  /(?:元整?|圆|块|个|件|只|台|套|箱|盒|包|瓶|袋|张|把|条|双|根|本|支|批|次|份|吨|千克|公斤|克|米|升|pcs?\.?|pieces?|units?|ea\.?|kgs?|g|m|l|t)$/iu
const MULTIPLIER: Record<string, number> = { 千: 3, 万: 4, 萬: 4, 亿: 8, 億: 8 }

/** Full-width forms to ASCII, and every kind of blank away. */
const plain = (text: string) =>
  text
    .normalize('NFKC')
    .replace(/[\s\u200b\u200e\u200f\ufeff'’]/gu, '')
    .replace(/[−–—]/g, '-')

function carefulDecimal(text: string, scale: number, mark: DecimalMark): Decimal | undefined {
  if (text.length > 64) return undefined
  let rest = plain(text)
  let negative = false
  const inBrackets = /^\((.+)\)$/.exec(rest)
  if (inBrackets) {
    negative = true
    rest = inBrackets[1]!
  }
  rest = rest.replace(MONEY, '').replace(UNIT, '')
  const sign = /^([+-])(.+)$|^(.+)([+-])$/.exec(rest)
  if (sign) {
    if (negative) return undefined
    negative = (sign[1] ?? sign[4]) === '-'
    rest = sign[2] ?? sign[3]!
  }
  let shift = MULTIPLIER[rest.at(-1) ?? ''] ?? 0
  if (shift) rest = rest.slice(0, -1)
  const power = /^(.+?)e([+-]?\d{1,2})$/i.exec(rest)
  if (power) {
    shift += Number(power[2])
    rest = power[1]!
  }
  const parts = splitDecimal(rest, mark)
  return parts && scaled(parts[0], parts[1], shift + scale, negative)
}

const GROUPED = /^\d{1,3}(?:G\d{3})+$|^\d{1,2}(?:G\d{2})*G\d{3}$|^\d{1,4}(?:G\d{4})+$/

/** Whole and fraction digits. With both marks present the last one is the decimal mark, whatever the column says. */
function splitDecimal(text: string, mark: DecimalMark): [string, string] | undefined {
  const dot = text.lastIndexOf('.')
  const comma = text.lastIndexOf(',')
  let decimal: string = mark
  if (dot >= 0 && comma >= 0) decimal = dot > comma ? '.' : ','
  else if (text.split(mark).length > 2) decimal = mark === '.' ? ',' : '.'
  const group = decimal === '.' ? ',' : '.'
  const at = text.indexOf(decimal)
  const whole = at < 0 ? text : text.slice(0, at)
  const fraction = at < 0 ? '' : text.slice(at + 1)
  if (!/^\d*$/.test(fraction) || (whole === '' && fraction === '')) return undefined
  if (/^\d*$/.test(whole)) return [whole, fraction]
  return GROUPED.test(whole.replaceAll(group, 'G')) ? [whole.replaceAll(group, ''), fraction] : undefined
}

/** Digits × 10^shift as an integer, rounded half-even where the file is finer than the scale. */
function scaled(whole: string, fraction: string, shift: number, negative: boolean): Decimal | undefined {
  const digits = BigInt(whole + fraction || '0')
  const places = shift - fraction.length
  let value: bigint
  let rounded = false
  if (places >= 0) value = digits * 10n ** BigInt(places)
  else {
    const unit = 10n ** BigInt(-places)
    value = digits / unit
    const twice = (digits % unit) * 2n
    rounded = twice !== 0n
    if (twice > unit || (twice === unit && value % 2n === 1n)) value += 1n
  }
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
  return { value: negative && value !== 0n ? -Number(value) : Number(value), rounded }
}

/** Which mark a column uses: one value that can only be read one way decides; `.` when none does. */
export function detectDecimalMark(samples: readonly string[]): DecimalMark {
  let dots = 0
  let commas = 0
  for (const sample of samples) {
    const text = plain(sample).replace(MONEY, '').replace(UNIT, '')
    if (!/^[(+-]?[\d.,]+[)+-]?$/.test(text)) continue
    const dot = text.lastIndexOf('.')
    const comma = text.lastIndexOf(',')
    if (dot >= 0 && comma >= 0) dot > comma ? dots++ : commas++
    else if (comma >= 0 && (!/^\D*\d{1,3}(,\d{3})+\D*$/.test(text) || text.startsWith('0,'))) commas++
    else if (/\.\d+\.\d/.test(text)) commas++
    else if (dot >= 0 && (!/^\D*\d{1,3}\.\d{3}\D*$/.test(text) || text.startsWith('0.'))) dots++
  }
  return commas > dots ? ',' : '.'
}

/** quantity (×10^4) × unit price (×10^6), rounded half-even to the currency's minor unit. */
export function amountMinor(quantity_e4: number, unit_price_micro: number, exponent: number): number {
  return roundScaled(quantity_e4, unit_price_micro, QUANTITY_SCALE + PRICE_SCALE - exponent)
}

/** a × b ÷ 10^drop, half-even; exact also where the product leaves 2^53. NaN when the result itself does. */
export function roundScaled(a: number, b: number, drop: number): number {
  const product = a * b
  if (Number.isSafeInteger(product)) {
    const unit = POWERS[drop]!
    const rest = product % unit
    if (rest === 0) return product / unit + 0
    const floor = (product - rest) / unit
    const twice = Math.abs(rest) * 2
    if (twice < unit || (twice === unit && floor % 2 === 0)) return floor + 0
    return floor + Math.sign(product)
  }
  const exact = BigInt(a) * BigInt(b)
  const sign = exact < 0n
  const digits = (sign ? -exact : exact).toString()
  const result = scaled(digits, '', -drop, sign)
  return result ? result.value : Number.NaN
}

/** An exact sum of products a×b: folds into a BigInt only when the running double would stop being exact. */
export class ExactSum {
  #near = 0
  #far = 0n
  add(a: number, b: number): void {
    const product = a * b
    const next = this.#near + product
    if (Number.isSafeInteger(product) && Number.isSafeInteger(next)) this.#near = next
    else {
      this.#far += BigInt(this.#near) + BigInt(a) * BigInt(b)
      this.#near = 0
    }
  }
  get value(): bigint {
    return this.#far + BigInt(this.#near)
  }
}

/** 97477479340000000n at scale 10 → `9747747.934`. */
export function decimalText(value: bigint | number, scale: number): string {
  const n = BigInt(value)
  const digits = (n < 0n ? -n : n).toString().padStart(scale + 1, '0')
  const fraction = scale ? digits.slice(-scale).replace(/0+$/, '') : ''
  return `${n < 0n ? '-' : ''}${digits.slice(0, digits.length - scale)}${fraction ? `.${fraction}` : ''}`
}
