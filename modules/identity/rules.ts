import type { ContactKind } from '../parties/contract.ts'
import { fold } from '../parties/names/search.ts'
import { compareNames, type Kind, type NameForms, nameForms } from './rules.names.ts'
import type { Band, ReasonKind } from './rules.shapes.ts'

// Whether two parties may be one: evidence adds up as log-odds (docs/identity.md has the formula with examples).
// Pure, of facts only; who may see which value is decided where it is told.

export type Contact = { kind: ContactKind; value: string; value_key: string }
export type Facts = {
  party_id: number
  kind: Kind
  name: string
  country: string | null
  contacts: readonly Contact[]
}

/** What a reason rests on; `field` says which mask covers its values. */
export type Evidence = {
  kind: ReasonKind
  field: 'name' | 'country' | ContactKind
  a: string
  b: string
  weight: number
}

// E-mail providers that deliver to one box whatever is written after a plus, or with dots or without.
const PLUS = new Set(
  'gmail.com googlemail.com outlook.com hotmail.com live.com msn.com icloud.com me.com mac.com proton.me protonmail.com pm.me fastmail.com zoho.com yandex.ru yandex.com'.split(
    ' ',
  ),
)
const DOTS = new Set(['gmail.com', 'googlemail.com'])
const ALIAS: Readonly<Record<string, string>> = {
  'googlemail.com': 'gmail.com',
  'me.com': 'icloud.com',
  'mac.com': 'icloud.com',
  'protonmail.com': 'proton.me',
  'pm.me': 'proton.me',
  'vip.163.com': '163.com',
}
// Everybody's: an address there says nothing about where somebody works.
const PUBLIC = new Set(
  `${[...PLUS].join(' ')} qq.com vip.qq.com foxmail.com 163.com vip.163.com 126.com yeah.net sina.com sina.cn sohu.com 139.com 189.cn wo.cn aliyun.com 21cn.com tom.com yahoo.com yahoo.cn yahoo.co.uk yahoo.co.jp aol.com gmx.de gmx.net gmx.com web.de t-online.de mail.ru naver.com daum.net hanmail.net btinternet.com orange.fr wanadoo.fr free.fr libero.it uol.com.br bol.com.br terra.com.br rediffmail.com hotmail.co.uk live.cn outlook.cn mail.com`.split(
    /\s+/,
  ),
)

/** The box that an address ends in, for the providers that are known to fold addresses. */
export function mailbox(email: string): string {
  const at = email.lastIndexOf('@')
  const domain = email.slice(at + 1).toLowerCase()
  let local = email.slice(0, at).toLowerCase()
  if (PLUS.has(domain)) local = local.replace(/\+.*$/, '')
  if (DOTS.has(domain)) local = local.replaceAll('.', '')
  return `${local}@${ALIAS[domain] ?? domain}`
}

/** A domain of their own; null: anybody's. */
export function ownDomain(email: string): string | null {
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase()
  return domain === '' || PUBLIC.has(domain) ? null : domain
}

/** One line, however its country's habit changed: Brazil’s ninth digit, Argentina’s 9, Mexico’s 1; without an extension. */
export function line(phone: string): string {
  const number = phone.replace(/;ext=.*$/, '')
  return number
    .replace(/^(\+55\d\d)9(\d{8})$/, '$1$2')
    .replace(/^(\+54)9(\d{10})$/, '$1$2')
    .replace(/^(\+52)1(\d{10})$/, '$1$2')
}

/** Numbers that change hands within weeks (China’s virtual operators): what they say is weak. */
export const isVirtual = (phone: string): boolean => /^\+861(?:7[01]|6[257])\d{8}$/.test(phone)

/** Spellings of one place: no blanks, no signs, no words that some leave out. */
export function place(address: string): string {
  const text = fold(address.normalize('NFKC'))
    .replace(/\b(?:street|str|st)\b/g, 'st')
    .replace(/\b(?:road|rd)\b/g, 'rd')
    .replace(/\b(?:avenue|ave|av)\b/g, 'av')
    .replace(/\b(?:building|bldg|floor|fl|room|rm|suite|no|number|unit)\b/g, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
  return text.replace(/^中国/u, '').replace(/(?<=\p{Script=Han}|\d)[省市区县镇乡号室楼层栋幢座]/gu, '')
}

/** The site without its path: what two pages of one company share. */
export const site = (web: string): string => web.toLowerCase().replace(/[/?#].*$/, '')

// Log-odds. Two parties that share nothing start at −6 (a chance of 1 in 400).
export const PRIOR = -6
const W = {
  unionid: 12,
  openid: 10,
  email: 8.5,
  email_variant: 7,
  phone: 7.5,
  phone_variant: 6,
  phone_virtual: 2.5,
  address: 4,
  organisation: 2.5,
  web: 4,
} as const
const NAME = { person: 6.3, organisation: 8 }
const LESS: Partial<Record<ReasonKind, number>> = {
  name_form: 0.3,
  name_script: 0.3,
  name_order: 0.7,
  name_pinyin: 1,
}
const DIFFERS = { person: -2.5, organisation: -2 }
const COUNTRY = -1

/** A value that stands at many says little of two of them: a switchboard, info@, a tower of offices. */
export const rarer = (weight: number, at: number): number =>
  at <= 2 ? weight : Math.max(0.3, weight - 1.5 * Math.log(at / 2))

export const probability = (evidence: readonly Pick<Evidence, 'weight'>[]): number =>
  1 / (1 + Math.exp(-evidence.reduce((sum, { weight }) => sum + weight, PRIOR)))

export function bandOf(score: number): Band | null {
  if (score >= 0.95) return 'certain'
  if (score >= 0.7) return 'likely'
  return score >= 0.25 ? 'possible' : null
}

export type Prepared = Facts & { forms: NameForms }
export const prepared = (facts: Facts): Prepared => ({ ...facts, forms: formsOf(facts.name, facts.kind) })

// Names come again: common ones, and whoever stands in several blocks of a scan. Some megabytes at most.
const FORMS_KEPT = 10_000
const known = new Map<string, NameForms>()
function formsOf(name: string, kind: Kind): NameForms {
  const key = `${kind} ${name}`
  let forms = known.get(key)
  if (!forms) {
    if (known.size >= FORMS_KEPT) known.clear()
    known.set(key, (forms = nameForms(name, kind)))
  }
  return forms
}

/** How many parties hold a normal form, by its key text (`keyTexts`); 2 when it is not known. */
export type Frequency = (text: string) => number

export function compare(a: Prepared, b: Prepared, frequency: Frequency): Evidence[] {
  if (a.kind !== b.kind) return []
  const shared = sharedContacts(a, b, frequency)
  // Somebody who has no name yet (a form half filled in) has no other name either.
  const name = a.forms.core === '' || b.forms.core === '' ? null : nameEvidence(a, b, frequency)
  const evidence = [...shared, name].filter((one) => one !== null)
  if (shared.length + ((name?.weight ?? 0) > 0 ? 1 : 0) === 0) return []
  if (a.country && b.country && a.country !== b.country)
    evidence.push({ kind: 'country_differs', field: 'country', a: a.country, b: b.country, weight: COUNTRY })
  return evidence
}

function nameEvidence(a: Prepared, b: Prepared, frequency: Frequency): Evidence {
  const match = compareNames(a.forms, b.forms)
  const said = { field: 'name' as const, a: a.name, b: b.name }
  if (!match) return { kind: 'name_differs', ...said, weight: DIFFERS[a.kind] }
  if (match.kind === 'name_close')
    return { kind: match.kind, ...said, weight: 1.5 + 10 * Math.max(0, match.like - 0.75) }
  const held = Math.max(...a.forms.letters.map((letters) => frequency(nameText(a.kind, letters))), 2)
  const less = (LESS[match.kind] ?? 0) + (match.kind === 'name_pinyin' && match.like < 0.9 ? 1 : 0)
  return { kind: match.kind, ...said, weight: Math.max(0.5, NAME[a.kind] - less - Math.log(held / 2)) }
}

/** Each kind of contact point once, by the strongest that they share. */
function sharedContacts(a: Prepared, b: Prepared, frequency: Frequency): Evidence[] {
  const found: Evidence[] = []
  for (const mine of a.contacts)
    for (const theirs of b.contacts.filter(({ kind }) => kind === mine.kind)) {
      const one = shareOf(mine, theirs, frequency)
      if (one) found.push({ ...one, field: mine.kind, a: mine.value, b: theirs.value })
    }
  const best = new Map<string, Evidence>()
  for (const one of found) {
    const slot = one.kind === 'organisation' ? one.kind : one.field
    const earlier = best.get(slot)
    if (!earlier || earlier.weight < one.weight) best.set(slot, one)
  }
  // The domain is in the address already.
  if (best.get('email') && best.get('email')!.kind !== 'organisation') best.delete('organisation')
  return [...best.values()]
}

type Share = { kind: ReasonKind; weight: number }
function shareOf(mine: Contact, theirs: Contact, frequency: Frequency): Share | null {
  const [x, y] = [mine.value_key, theirs.value_key]
  const say = (kind: keyof typeof W, text: string): Share => ({
    kind,
    weight: rarer(W[kind], frequency(text)),
  })
  switch (mine.kind) {
    case 'wechat_unionid':
      return x === y ? say('unionid', `u:${x}`) : null
    case 'wechat_openid':
      return x === y ? say('openid', `o:${x}`) : null
    case 'email': {
      if (x === y) return say('email', `e:${mailbox(x)}`)
      if (mailbox(x) === mailbox(y)) return say('email_variant', `e:${mailbox(x)}`)
      const domain = ownDomain(x)
      return domain !== null && domain === ownDomain(y) ? say('organisation', `d:${domain}`) : null
    }
    case 'phone': {
      if (line(x) !== line(y)) return null
      const kind = isVirtual(x) ? 'phone_virtual' : x === y ? 'phone' : 'phone_variant'
      return say(kind, `p:${line(x)}`)
    }
    case 'address':
      return place(x) !== '' && place(x) === place(y) ? say('address', `a:${place(x)}`) : null
    case 'web':
      return site(x) === site(y) ? say('web', `w:${site(x)}`) : null
  }
}

/** `letters`: of a way to spell it, without their order. */
export const nameText = (kind: Kind, letters: string): string => `${kind === 'person' ? 'n' : 'm'}:${letters}`

/** What a party may have in common with another one, as texts; keys.ts makes numbers of them. */
export function keyTexts({ forms, kind, contacts }: Prepared): string[] {
  const texts = new Set<string>()
  const names = forms.letters.map((letters) => nameText(kind, letters))
  for (const name of names) texts.add(name)
  const together = (what: string) => {
    texts.add(what)
    texts.add(`x:${what}|${names[0] ?? ''}`)
  }
  for (const { kind, value_key } of contacts)
    switch (kind) {
      case 'wechat_unionid':
        texts.add(`u:${value_key}`)
        break
      case 'wechat_openid':
        texts.add(`o:${value_key}`)
        break
      case 'email': {
        texts.add(`e:${mailbox(value_key)}`)
        const domain = ownDomain(value_key)
        if (domain) together(`d:${domain}`)
        break
      }
      case 'phone':
        texts.add(`p:${line(value_key)}`)
        break
      case 'web':
        texts.add(`w:${site(value_key)}`)
        break
      case 'address':
        if (place(value_key)) together(`a:${place(value_key)}`)
    }
  return [...texts]
}
