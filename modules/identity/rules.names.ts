import { spellingsOf } from '../parties/names/romanise.ts'
import { fold } from '../parties/names/search.ts'
import type { ReasonKind } from './rules.shapes.ts'

// When two names may be one name: pure, of strings only.

export type Kind = 'person' | 'organisation'
export type NameForms = {
  kind: Kind
  /** as written, without blanks at its ends */
  plain: string
  /** small letters, one width, no accents, but traditional characters as they are */
  written: string
  /** simplified, without titles and legal forms, letters and digits only */
  core: string
  /** words of a Latin name, sorted */
  words: string
  /** every way to read it as Latin letters: pinyin in all its readings, or the letters themselves */
  spelled: readonly string[]
  /** each of these without its order */
  letters: readonly string[]
  isHan: boolean
}

const HAN = /\p{Script=Han}/u
// Longest first. What says how a company is founded, not which one it is.
const HAN_FORM =
  /(?:集团股份有限公司|集团有限责任公司|股份有限公司|有限责任公司|集团有限公司|有限公司|股份公司|集团公司|总公司|分公司|公司|集团|股份|商行|经营部|个体工商户)/gu
const LATIN_FORM =
  /\b(?:incorporated|inc|limited|ltd|llc|llp|lp|plc|corporation|corp|company|co|gmbh|ag|kg|ohg|sarl|sas|sa|spa|srl|bv|nv|oy|ab|as|aps|pty|pte|kk|holding|holdings|group|the)\b/g
const HAN_TITLE = /(?:先生|女士|小姐|老师|经理|总经理|博士|教授)$/u
const LATIN_TITLE = /\b(?:mr|mrs|ms|miss|dr|prof|sir|madam)\b/g

const flat = (text: string): string => text.normalize('NFKC').trim().replace(/\s+/g, ' ')
const bare = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, '')
const latin = (text: string): string => text.replace(/[^a-z0-9]/g, '')

export function nameForms(name: string, kind: Kind): NameForms {
  const plain = flat(name)
  const written = bare(plain.toLowerCase())
  const folded = fold(plain).replace(/[.'’]/g, '')
  const isHan = HAN.test(folded)
  const stripped =
    kind === 'organisation'
      ? folded
          .replace(/[()[\]【】（）]/g, ' ')
          .replace(HAN_FORM, '')
          .replace(LATIN_FORM, ' ')
      : folded.replace(HAN_TITLE, '').replace(LATIN_TITLE, ' ')
  // A name that is nothing but its form (“集团公司”) stays what it is.
  const core = bare(stripped) || bare(folded)
  const words = stripped
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .sort()
    .join(' ')
  const spelled = spellings(core, kind, isHan)
  return { kind, plain, written, core, words, spelled, letters: spelled.map(lettersOf), isHan }
}

function spellings(core: string, kind: Kind, isHan: boolean): string[] {
  if (!isHan) return [core]
  return [...new Set(spellingsOf(core, kind).map(latin).filter(Boolean))]
}

/** The same for 李娜, Li Na and Na Li, for 苏州华东 and 华东（苏州）: letters without their order. */
export function lettersOf(spelled: string): string {
  if (!/^[a-z0-9]*$/.test(spelled)) return [...spelled].sort().join('')
  const codes = new Uint8Array(spelled.length)
  for (let i = 0; i < codes.length; i++) codes[i] = spelled.charCodeAt(i)
  return String.fromCharCode(...codes.sort())
}

/** Changes of one letter, each once: one missing, one more, one other, two swapped (for sorted letters that is none). */
export function nearLetters(letters: string): string[] {
  const near = new Set<string>()
  const all = [...letters]
  for (const [i, letter] of all.entries()) {
    if (i > 0 && all[i - 1] === letter) continue
    const rest = [...all.slice(0, i), ...all.slice(i + 1)]
    near.add(rest.join(''))
    for (const other of 'abcdefghijklmnopqrstuvwxyz') near.add([...rest, other].sort().join(''))
  }
  for (const other of 'abcdefghijklmnopqrstuvwxyz') near.add([...all, other].sort().join(''))
  near.delete(letters)
  return [...near]
}

/** Letters to change, leave out, put in or swap; `most`: more than that is far enough. */
export function editDistance(a: string, b: string, most = 4): number {
  const [x, y] = [[...a], [...b]]
  if (Math.abs(x.length - y.length) > most) return most + 1
  let [before, row] = [[] as number[], y.map((_, j) => j).concat(y.length)]
  for (let i = 1; i <= x.length; i++) {
    const next = [i]
    for (let j = 1; j <= y.length; j++) {
      const cost = x[i - 1] === y[j - 1] ? 0 : 1
      let best = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + cost)
      if (i > 1 && j > 1 && x[i - 1] === y[j - 2] && x[i - 2] === y[j - 1])
        best = Math.min(best, before[j - 2]! + 1)
      next.push(best)
    }
    if (Math.min(...next) > most) return most + 1
    ;[before, row] = [row, next]
  }
  return row[y.length]!
}

export type NameMatch = { kind: ReasonKind /** 0 to 1: how alike */; like: number }

const READ_LIKE = 0.9

/** How alike two names are and in what way, most literal first; null: they are two names. */
export function compareNames(a: NameForms, b: NameForms): NameMatch | null {
  if (a.core === '' || b.core === '') return null
  if (a.written === b.written) return { kind: 'name', like: 1 }
  if (a.core === b.core) {
    // Different characters of one sound and sense, or another legal form, title or punctuation.
    const scripts = fold(a.plain).replace(/\s/g, '') === fold(b.plain).replace(/\s/g, '')
    return { kind: scripts ? 'name_script' : 'name_form', like: 1 }
  }
  if (!a.isHan && !b.isHan && a.words === b.words) return { kind: 'name_order', like: 0.97 }
  const read = a.spelled.some((one) => b.spelled.includes(one))
  if (read && (a.isHan || b.isHan)) return { kind: 'name_pinyin', like: READ_LIKE }
  if (b.letters.some((one) => a.letters.includes(one))) {
    if (a.isHan !== b.isHan) return { kind: 'name_pinyin', like: READ_LIKE }
    return a.isHan ? sameParts(a, b) : { kind: 'name_order', like: 0.9 }
  }
  return closeNames(a, b)
}

/** 苏州华东 and 华东苏州: the same characters in another order. */
const sameParts = (a: NameForms, b: NameForms): NameMatch | null =>
  lettersOf(a.core) === lettersOf(b.core)
    ? { kind: 'name_order', like: 0.92 }
    : { kind: 'name_pinyin', like: 0.8 }

function closeNames(a: NameForms, b: NameForms): NameMatch | null {
  const [x, y] = a.isHan && b.isHan ? [a.core, b.core] : [a.spelled[0] ?? '', b.spelled[0] ?? '']
  const length = Math.max([...x].length, [...y].length)
  // One character of a Chinese name is a lot of it; of five Latin letters one may be a slip.
  const most = a.isHan && b.isHan ? Math.floor(length / 4) : length < 5 ? 0 : length < 9 ? 1 : 2
  const distance = editDistance(x, y, 3)
  return distance > 0 && distance <= most ? { kind: 'name_close', like: 1 - distance / length } : null
}
