import { createRequire } from 'node:module'
import { simplify } from './simplified.ts'

// Its dictionary takes 30 MB: a process that writes no Chinese name does without.
const require = createRequire(import.meta.url)
let dictionary: typeof import('pinyin-pro') | null = null
// The same name is asked for its usual and for its other readings, one after the other.
let last: { text: string; surname: string; read: readonly string[] } | null = null
const pinyin = (text: string, surname: 'head' | 'off'): string[] => {
  dictionary ??= require('pinyin-pro') as typeof import('pinyin-pro')
  if (last?.text !== text || last.surname !== surname)
    last = { text, surname, read: dictionary.pinyin(text, { type: 'array', surname }) }
  return [...last.read]
}

export type NameKeys = {
  /** `Huádōng Jīdiàn`, `Shàn Xióngxìn`; empty for a name without Chinese characters */
  name_romanised: string
  /** compared byte by byte: first character's syllable, tone and self, then toneless syllables; Latin in lower case */
  name_sort: string
  /** `hdjd` */
  initials: string
  /** toneless, unbroken: `huadongjidian` */
  spelled: string
  /** what else people type for the same name: 单 as dan beside shan, 吕 as lu beside lv; spelled and initials */
  also: string[]
}

const HAN = /\p{Script=Han}/u
// 1,000 sort keys of this length are one page of an index; names differ long before.
const SORT_MAX = 120

// Readings as surnames that the dictionary of pinyin-pro lacks (source: 现代汉语词典, entries marked 姓).
const surnames = new Map(
  '种chóng 么yāo 幺yāo 黑hè 洗xiǎn 宁níng 甯nìng 祭zhài 秘bì 佴nài 牟mù 重chóng 参shēn 会guì 降xiáng 藏zāng 逮dài 适kuò 乜niè'
    .split(' ')
    .map((entry) => [entry.slice(0, 1), entry.slice(1)]),
)
// Second readings of surnames that the dictionary reads in one way only (same source).
const alsoRead = new Map(
  '翟di 覃tan 谌shen 郇huan 召zhao 薄bao 车ju 柏bo 费bi 贾gu 宓fu 那nuo 牟mou 尉yu 贲bi 句ju 隗kui 臧cang 俞shu 员yuan 乜mie'
    .split(' ')
    .map((entry) => [entry.slice(0, 1), entry.slice(1)]),
)
const COMPOUND = new Set(
  '欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 左丘 东门 西门 第五 贺兰 纳兰 完颜 单于 耶律 叶赫 爱新觉罗'.split(
    ' ',
  ),
)
// 单记模具, 曾氏气动: the character before is a family's name, and is read as one.
const FAMILY = /(.)(?=[氏记姓])/gu
const LEGAL_FORM =
  /(?:股份有限公司|有限责任公司|集团有限公司|有限公司|股份公司|集团公司|总公司|分公司|公司)$/u

/** What a name is sorted, shown and found by. A person's first character is read as a surname. */
export function nameKeys(name: string, kind: 'person' | 'organisation'): NameKeys {
  const flat = name.normalize('NFKC').trim().replace(/\s+/g, ' ')
  if (!HAN.test(flat)) return latinKeys(flat)
  const characters = [...flat]
  const read = kind === 'person' ? readPerson(flat) : readOrganisation(flat)
  const plain = read.map(toneless)
  const isHan = characters.map((character) => HAN.test(character))
  return {
    name_romanised:
      kind === 'person' ? showPerson(characters, read, isHan) : showOrganisation(flat, read, isHan),
    name_sort: sortKey(characters, read, plain, isHan),
    initials: initialsOf(characters, plain, isHan),
    spelled: letters(plain.join('')),
    also: otherWays(waysOf(flat, characters, plain), characters, isHan),
  }
}

/**
 * The same spellings without what a list needs beside them: the usual one, then second readings. A third of the time: whoever
 * compares everybody reads millions.
 */
export function spellingsOf(name: string, kind: 'person' | 'organisation'): string[] {
  const flat = name.normalize('NFKC').trim().replace(/\s+/g, ' ')
  if (!HAN.test(flat)) return []
  const characters = [...flat]
  const plain = (kind === 'person' ? readPerson(flat) : readOrganisation(flat)).map(toneless)
  const read = waysOf(flat, characters, plain)
  const whole = [letters(plain.join(''))]
  const most = Math.max(...read.map(({ plain }) => plain.length))
  for (let n = 1; n < most; n++) {
    const way = letters(read.map(({ plain }) => plain[Math.min(n, plain.length - 1)]!).join(''))
    // Of so few letters each character can be no more than its initial.
    if (way.length > characters.length) whole.push(way)
  }
  return whole
}

export type Reading = { character: string; isHan: boolean; plain: string[] }

/** Every character with the ways in which people type it, the usual one first: what a search marks in a name. */
export function readingsOf(name: string, kind: 'person' | 'organisation'): Reading[] {
  const read = HAN.test(name) ? (kind === 'person' ? readPerson(name) : readOrganisation(name)) : []
  return waysOf(name, [...name], read.map(toneless))
}

function waysOf(name: string, characters: string[], main: string[]): Reading[] {
  const plainly = main.length === 0 ? [] : pinyin(name, 'off').map(toneless)
  return characters.map((character, i) => {
    if (!HAN.test(character)) return { character, isHan: false, plain: [fold(character)] }
    const third = i === 0 ? alsoRead.get(simplify(character)) : undefined
    const ways = [main[i]!, plainly[i]!, ...(third ? [third] : [])].flatMap((way) =>
      way.includes('v') ? [way, way.replace('v', 'u')] : [way],
    )
    return { character, isHan: true, plain: [...new Set(ways)] }
  })
}

/** Spelled and initials with the second readings: all of them at once, for a name has one surname. */
function otherWays(read: Reading[], characters: string[], isHan: boolean[]): string[] {
  const most = Math.max(...read.map(({ plain }) => plain.length))
  const ways: string[] = []
  for (let n = 1; n < most; n++) {
    const plain = read.map((one) => one.plain[Math.min(n, one.plain.length - 1)]!)
    ways.push(letters(plain.join('')), initialsOf(characters, plain, isHan))
  }
  return ways
}

const initialsOf = (characters: string[], plain: string[], isHan: boolean[]): string =>
  letters(
    characters.map((c, i) => (isHan[i] ? plain[i]!.charAt(0) : startsWord(characters, i) ? c : '')).join(''),
  )

function latinKeys(flat: string): NameKeys {
  const lower = fold(flat)
  const words = lower.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  return {
    name_romanised: '',
    name_sort: cut(lower),
    initials: words.length > 1 ? letters(words.map((word) => word.charAt(0)).join('')) : '',
    spelled: '',
    also: [],
  }
}

// Letters of Europe that Unicode takes for no other letter with an accent, as they are typed where a keyboard lacks them.
const TYPED = new Map(
  'łl øo đd ðd ħh ŧt ıi ßss æae œoe þth'.split(' ').map((pair) => [pair[0]!, pair.slice(1)]),
)

/** Lower case, without accents: `Müller` and `muller`, `Łukasz` and `lukasz` are one. */
export const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[łøđðħŧıßæœþ]/g, (letter) => TYPED.get(letter)!)

// Well-formed: a cut must not leave half of a surrogate pair.
const cut = (key: string): string => key.slice(0, SORT_MAX).toWellFormed()
const letters = (text: string): string => fold(text).replace(/[^a-z0-9]/g, '')
const startsWord = (characters: readonly string[], i: number) =>
  /[\p{L}\p{N}]/u.test(characters[i]!) &&
  (i === 0 || !/[\p{L}\p{N}]/u.test(characters[i - 1]!) || HAN.test(characters[i - 1]!))

// The dictionary knows surnames in simplified characters: 單 is read as 单 is.
const surnameFirst = (flat: string): string => {
  const [first = '', second = '', ...rest] = flat
  return simplify(first + second) + rest.join('')
}

const readPerson = (name: string): string[] => {
  const flat = surnameFirst(name)
  const read = pinyin(flat, 'head')
  const own = COMPOUND.has([...flat].slice(0, 2).join('')) ? undefined : surnames.get([...flat][0]!)
  return own ? [own, ...read.slice(1)] : read
}

function readOrganisation(flat: string): string[] {
  const read = pinyin(flat, 'off')
  for (const match of flat.matchAll(FAMILY)) {
    const at = [...flat.slice(0, match.index)].length
    const family = match[1]!
    if (HAN.test(family)) read[at] = surnames.get(family) ?? pinyin(family, 'head')[0]!
  }
  return read
}

// Some 1,500 syllables; what else is no syllable is not kept for ever.
const TONELESS_KEPT = 3000
const tonelessOf = new Map<string, string>()
/** `lǚ` → `lv`, as it is typed. */
function toneless(syllable: string): string {
  let plain = tonelessOf.get(syllable)
  if (plain === undefined) {
    plain = syllable
      .normalize('NFD')
      .replace(/u\u0308/g, 'v')
      .replace(/\p{Mn}/gu, '')
      .toLowerCase()
    if (tonelessOf.size >= TONELESS_KEPT) tonelessOf.clear()
    tonelessOf.set(syllable, plain)
  }
  return plain
}

const TONES = ['\u0304', '\u0301', '\u030c', '\u0300']
const toneOf = (syllable: string): number =>
  TONES.findIndex((mark) => syllable.normalize('NFD').includes(mark)) + 1 || 5

// The first character counts with its tone and itself, so that 黎 and 李 do not mix.
function sortKey(characters: string[], read: string[], plain: string[], isHan: boolean[]): string {
  let key = ''
  for (const [i, character] of characters.entries()) {
    if (!isHan[i]) key += fold(character)
    else
      key += i === 0 ? `${plain[0]}${toneOf(read[0]!)}${character}` : `${isHan[i - 1] ? ' ' : ''}${plain[i]}`
  }
  return cut(key)
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

function showPerson(characters: string[], read: string[], isHan: boolean[]): string {
  const family = COMPOUND.has(characters.slice(0, 2).join('')) ? 2 : 1
  if (!isHan.every(Boolean) || characters.length > 4) return spaced(characters, read, isHan, (i) => !isHan[i])
  return spaced(characters, read, isHan, (i) => i === family)
}

function showOrganisation(flat: string, read: string[], isHan: boolean[]): string {
  const kept = flat.replace(LEGAL_FORM, '') || flat
  segmenter ??= new Intl.Segmenter('zh', { granularity: 'word' })
  const words = [...segmenter.segment(kept)].map(({ segment }) => segment)
  const starts = new Set<number>()
  let at = 0
  for (const word of words) {
    starts.add(at)
    at += [...word].length
  }
  return spaced([...kept], read, isHan, (i) => starts.has(i))
}
let segmenter: Intl.Segmenter | null = null

/** Syllables joined into words; a word begins where `begins` says, or where the script changes. */
function spaced(
  characters: string[],
  read: string[],
  isHan: boolean[],
  begins: (i: number) => boolean,
): string {
  const words: string[] = []
  for (const [i, character] of characters.entries()) {
    const changes = i > 0 && isHan[i] !== isHan[i - 1]
    const piece = isHan[i] ? read[i]! : character
    if (i === 0 || (isHan[i] && begins(i)) || changes) words.push(piece)
    else words[words.length - 1] += piece
  }
  return words
    .map((word) => capital(word.trim()))
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .join(' ')
    .slice(0, 300)
    .toWellFormed()
}
