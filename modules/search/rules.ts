// Which part of a name was meant by what was typed. Pure: readings come from modules/parties/names.

export type Mark = { from: number; to: number }
export type Letter = {
  /** as it stands in the name */
  shown: string
  /** as a search compares it */
  folded: string
  isHan: boolean
  /** the ways in which people type it */
  plain: readonly string[]
}

/** Where the typed words stand in the name, by its characters or by its pinyin; empty: nowhere. */
export function marksIn(name: readonly Letter[], typed: string): Mark[] {
  const words = typed.split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  const whole = onePlace(name, words.join(' ')) ?? onePlace(name, words.join(''))
  if (whole) return inUnits(name, [whole])
  const places = words.map((word) => onePlace(name, word))
  if (places.every((place) => place !== null)) return inUnits(name, places)
  const turned = onePlace(name, [words.at(-1), ...words.slice(0, -1)].join(''))
  return turned ? inUnits(name, [turned]) : []
}

type Place = { from: number; to: number }

/** The best place of one word: as written, else by pinyin, a word's beginning first. */
function onePlace(name: readonly Letter[], word: string): Place | null {
  const written = asWritten(name, word)
  if (written) return written
  if (!/^[a-z0-9']+$/.test(word)) return null
  const letters = word.replaceAll("'", '')
  if (letters === '') return null
  for (let from = 0; from < name.length; from++) {
    const to = spelledFrom(name, from, letters)
    if (to !== null) return { from, to }
  }
  return null
}

function asWritten(name: readonly Letter[], word: string): Place | null {
  const starts: number[] = []
  let text = ''
  for (const { folded } of name) {
    starts.push(text.length)
    text += folded
  }
  let found: Place | null = null
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const place = {
      from: last(starts, (start) => start <= at),
      to: last(starts, (start) => start < at + word.length) + 1,
    }
    // A Latin word is meant from its beginning, if it stands there too.
    if (begins(name, place.from)) return place
    found ??= place
  }
  return word.length < 3 && found && !name[found.from]!.isHan && /^[a-z0-9]/.test(word) ? null : found
}

const last = (starts: readonly number[], fits: (start: number) => boolean): number =>
  starts.findLastIndex(fits)
const begins = (name: readonly Letter[], at: number): boolean =>
  at === 0 || name[at]!.isHan || name[at - 1]!.isHan || !/[\p{L}\p{N}]/u.test(name[at - 1]!.shown)

/** `zs`, `zhangs`, `zsan`, `zhangsan`: each character by its whole syllable or its first letter; null: it does not fit. */
function spelledFrom(name: readonly Letter[], from: number, letters: string): number | null {
  if (letters === '') return from
  const one = name[from]
  if (!one) return null
  if (!one.isHan) {
    if (/^\s$/.test(one.shown)) return spelledFrom(name, from + 1, letters)
    return byInitial(name, from, letters)
  }
  for (const plain of one.plain) {
    if (plain.startsWith(letters)) return from + 1
    if (letters.startsWith(plain)) {
      const to = spelledFrom(name, from + 1, letters.slice(plain.length))
      if (to !== null) return to
    }
  }
  if (!one.plain.some((plain) => plain.startsWith(letters[0]!))) return null
  return spelledFrom(name, from + 1, letters.slice(1))
}

/** `kl` is Kim Lee: a Latin word gives its first letter, and the next one begins behind it. */
function byInitial(name: readonly Letter[], from: number, letters: string): number | null {
  if (!begins(name, from) || !name[from]!.folded.startsWith(letters[0]!)) return null
  if (letters.length === 1) return from + 1
  let next = from + 1
  while (next < name.length && !(begins(name, next) && /[\p{L}\p{N}]/u.test(name[next]!.shown))) next++
  return next < name.length ? spelledFrom(name, next, letters.slice(1)) : null
}

/** Places count characters, marks UTF-16 units; what touches is one. */
function inUnits(name: readonly Letter[], places: readonly Place[]): Mark[] {
  const units = [0]
  for (const { shown } of name) units.push(units.at(-1)! + shown.length)
  const marks: Mark[] = []
  for (const place of places.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const mark = { from: units[place.from]!, to: units[place.to]! }
    const before = marks.at(-1)
    if (before && mark.from <= before.to) before.to = Math.max(before.to, mark.to)
    else marks.push(mark)
  }
  return marks
}

/** Where typed letters or digits stand in a number, an address of mail, a code; digits whatever stands between them. */
export function marksInCode(value: string, typed: string): Mark[] {
  const lower = value.toLowerCase()
  const word = typed.trim().toLowerCase()
  const at = word === '' ? -1 : lower.indexOf(word)
  if (at >= 0 && lower.length === value.length) return [{ from: at, to: at + word.length }]
  const digits = word.replace(/\D/g, '')
  if (digits.length < 3 || !/^[+(]?[\d\s().-]+$/.test(word)) return []
  const places: number[] = []
  let bare = ''
  for (let i = 0; i < value.length; i++)
    if (/\d/.test(value[i]!)) {
      places.push(i)
      bare += value[i]
    }
  const bareOf = digits.replace(/^0+/, '')
  const found = [digits, bareOf, bareOf.replace(/^86/, '')].find((one) => one !== '' && bare.includes(one))
  if (found === undefined) return []
  const from = bare.indexOf(found)
  return [{ from: places[from]!, to: places[from + found.length - 1]! + 1 }]
}

const SYLLABLE = /(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:[aeiouv]+(?:ng|n(?![aeiouv])|r(?![aeiouv]))?)?/g
const PIECES_MAX = 6

/** Pinyin in pieces, as a pattern over the words of a name: `zsan` → `% z%san%`. null: it is no pinyin, one piece, or initials alone, which are kept. */
export function piecesPattern(typed: string): string | null {
  if (!/^[a-z]{3,24}$/.test(typed)) return null
  const pieces = (typed.match(SYLLABLE) ?? []).filter(Boolean)
  if (pieces.length < 2 || pieces.length > PIECES_MAX || pieces.join('') !== typed) return null
  if (pieces.every((piece) => piece.length === 1)) return null
  return `% ${pieces.join('%')}%`
}
