import { phoneKey } from './contacts.ts'
import { isContact } from './numbers.ts'
import { fold as foldLatin, type NameKeys } from './romanise.ts'
import { simplify } from './simplified.ts'

// How a party is found. Chinese goes by single characters and pairs in an array (GIN): pg_trgm knows no Chinese
// where the database's ctype is C, and an array's statistics tell rare from common. Latin letters and digits go
// by trigrams over ASCII text. Contact points are a column of their own, because a role may not see them.

export type SearchKeys = { search_text: string; search_chars: string[]; search_contact: string }
export type Contact = { kind: string; value_key: string }

/** One form for every way of writing: capitals, accents, full width, traditional characters. */
export const fold = (text: string): string => simplify(foldLatin(text))

const ASCII_WORD = /[a-z0-9]+(?:[-_./&+#][a-z0-9]+)*/g
const OTHER_RUN = /(?:(?![a-z0-9])[\p{L}\p{N}])+/gu
const SEARCHED = new Set(['email', 'phone', 'wechat_openid', 'wechat_unionid', 'web'])

/** What `party_listed` keeps for searching. Contact points by their key, so that every way of writing finds them. */
export function searchKeys(
  name: string,
  { initials, spelled, also }: NameKeys,
  external_ids: readonly string[],
  contacts: readonly Contact[],
): SearchKeys {
  // 单 雄信 is found as 单雄信 too, and 买买提·艾力 as 买买提艾力.
  const text = fold(name.normalize('NFKC')).replace(/(?<=\p{Script=Han})[\s·•‧∙・.]+(?=\p{Script=Han})/gu, '')
  const found = contacts.filter(({ kind }) => SEARCHED.has(kind))
  const numbers = external_ids.filter((id) => !found.some((contact) => isContact(id, contact))).map(fold)
  const words = [...words_of(text), spelled, initials, ...also, ...numbers.flatMap(words_of)]
  const chars = new Set([text, ...numbers].flatMap(gramsOf))
  const keys = found.map(({ value_key }) => fold(value_key))
  return { search_text: join(words), search_chars: [...chars], search_contact: join(keys) }
}

const words_of = (text: string): string[] => text.match(ASCII_WORD) ?? []
const join = (words: string[]): string => {
  const all = [...new Set(words.filter(Boolean))]
  return all.length === 0 ? '' : ` ${all.join(' ')} `
}

/** Every character and every pair of neighbours, of each run of letters outside ASCII. */
function gramsOf(text: string): string[] {
  return (text.match(OTHER_RUN) ?? []).flatMap((run) => {
    const characters = [...run]
    return [...characters, ...characters.slice(1).map((character, i) => characters[i]! + character)]
  })
}

export type Query = {
  /** all of these must be among search_chars */
  chars: string[]
  /** each as a LIKE pattern over search_text, or over search_contact where the caller may */
  words: string[]
  /** other readings of what was typed: whoever meets one of them is found too */
  or?: Query[]
}

/** `q` cut up the way names were. Nothing in it to look for: finds nothing. */
export function parseQuery(q: string, region: string): Query {
  const text = fold(q.normalize('NFKC')).trim()
  const phone = /^[+(\d][\d\s().-]{5,}$/.test(text) ? phoneKey(text, region) : undefined
  if (phone) return wholeNumber(text, phone)
  const runs = text.match(OTHER_RUN) ?? []
  const chars = runs.flatMap((run) =>
    [...run].length === 1 ? [run] : gramsOf(run).filter((gram) => [...gram].length === 2),
  )
  const words = (text.match(WORD_ASKED) ?? []).map(pattern)
  const or = chars.length > 0 ? [] : [...numberAsTyped(text), ...together(text)]
  const query = { chars: [...new Set(chars)], words: [...new Set(words)] }
  return or.length === 0 ? query : { ...query, or }
}

// `@qq` is where an address goes on; of more letters the sign tells nothing.
const WORD_ASKED = /(?<![a-z0-9])@[a-z0-9]{1,2}(?![a-z0-9@._+#&/-])|[a-z0-9][a-z0-9@._+#&/-]*/g

/** Digits that could be a number of the company's country may be the end of another's, or no telephone at all: 6888 1234, K-No. 10023456. */
function wholeNumber(text: string, phone: string): Query {
  const digits = text.replace(/\D/g, '')
  const all = [...new Set([phone.slice(1), digits, digits.replace(/^0+/, '')])]
  const ways = all.filter((way) => !all.some((other) => other !== way && way.includes(other)))
  const [first, ...others] = ways.map((way): Query => ({ chars: [], words: [`%${way}%`] }))
  return others.length === 0 ? first! : { ...first!, or: others }
}

/** `138-0013` and `(021) 6888` are pieces of a number that is kept without blanks, signs and its leading zeros. */
function numberAsTyped(text: string): Query[] {
  if (!/^[+(]?[\d\s().-]{3,}$/.test(text)) return []
  const digits = text.replace(/\D/g, '')
  const ways = new Set([digits, digits.replace(/^0+/, '')])
  return [...ways]
    .filter((way) => way.length >= 3 && way !== text)
    .map((way) => ({ chars: [], words: [`%${way}%`] }))
}

/** `li na` is 李娜, kept as `lina`; the given name may come first, as in `na li`. */
function together(text: string): Query[] {
  if (!/^[a-z']+(?:[\s'-]+[a-z']+){1,3}$/.test(text)) return []
  const words = text.split(/[\s'-]+/).filter(Boolean)
  if (words.length < 2) return []
  const ways = new Set([words.join(''), [words.at(-1), ...words.slice(0, -1)].join('')])
  return [...ways].map((way) => ({ chars: [], words: [`% ${way}%`] }))
}

/** One or two letters begin a word; three and more may stand anywhere. */
export const pattern = (word: string): string => {
  const literal = word.replace(/[\\%_]/g, '\\$&')
  return word.length < 3 ? `% ${literal}%` : `%${literal}%`
}
