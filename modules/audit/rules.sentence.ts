import { type Locale, type Phrase, phrase, type Words } from '../../kernel/text.ts'
import type { Change } from './contract.ts'
import { sentences as s } from './text.ts'
import { fields, subjects, values, verbs } from './text.verbs.ts'

// One record as a person would tell it, for the page, the command line and an auditor's file alike.

export type Told = {
  action: string
  subject: string
  actor: { kind: string; name: string | null }
  about: string | null
  kind: string | null
  party: { name: string } | null
  changes: readonly Change[]
  erased: boolean
}

const inWords = (words: Words, key: string, locale: Locale): string | undefined => {
  const found: Phrase | undefined = Object.hasOwn(words, key) ? words[key] : undefined
  return found && phrase(found, locale)
}
export const fieldName = (field: string, locale: Locale): string => inWords(fields, field, locale) ?? field
export const subjectName = (subject: string, locale: Locale): string =>
  inWords(subjects, subject, locale) ?? subject
export const verbOf = (action: string, locale: Locale): string => inWords(verbs, action, locale) ?? action

export const actorName = ({ kind, name }: Told['actor'], locale: Locale): string =>
  name ?? phrase(kind === 'cli' ? s.cli : kind === 'key' ? s.key : s.system, locale)

const CUT = 60
const cut = (text: string): string => (text.length > CUT ? `${text.slice(0, CUT - 1)}…` : text)

/** A stored value in words: names for things that have one, yes and no, a dash for nothing. */
export function wordsOf(field: string, value: unknown, locale: Locale): string {
  if (value === null || value === undefined || value === '') return phrase(s.nothing, locale)
  if (typeof value === 'boolean') return phrase(value ? s.yes : s.no, locale)
  if (Array.isArray(value))
    return value.length === 0
      ? phrase(s.nothing, locale)
      : value.map((one) => wordsOf(field, one, locale)).join(locale === 'zh-CN' ? '、' : ', ')
  if (typeof value === 'object') {
    const name = (value as { name?: unknown }).name
    return typeof name === 'string' && name ? name : JSON.stringify(value)
  }
  if (field === 'unit_cost_micro') return String(Number(value) / 1e6)
  if (field === 'country') return regionOf(String(value), locale)
  if (field === 'language' || field === 'locale')
    return new Intl.DisplayNames(locale, { type: 'language' }).of(String(value)) ?? String(value)
  return (
    (field === 'role' || field === 'kind' ? inWords(values, String(value), locale) : undefined) ??
    String(value)
  )
}

function regionOf(code: string, locale: Locale): string {
  try {
    return new Intl.DisplayNames(locale, { type: 'region' }).of(code) ?? code
  } catch {
    return code
  }
}

/** What of a contact point or market role is meant: “phone”, “market role distributor”. */
const partName = ({ subject, kind }: Told, locale: Locale): string => {
  if (subject === 'contact_point') return fieldName(kind ?? 'value', locale)
  if (subject === 'party_role') {
    // A role of the company's own comes with its name.
    const role = kind && (inWords(values, kind, locale) ?? kind)
    return phrase(role ? s.role : s.role_some, locale, { role })
  }
  return fieldName('external_id', locale)
}

const PARTS = new Set(['contact_point', 'party_role', 'external_id'])
const clauses = (list: readonly string[], locale: Locale): string =>
  list.join(locale === 'zh-CN' ? '、' : ', ')

/** “李雷 将 长江贸易 的电话由 … 改为 …” */
export function sentenceOf(row: Told, locale: Locale): string {
  const told = plainly(row, locale)
  return row.erased ? phrase(s.erased, locale, { told }) : told
}

function plainly(row: Told, locale: Locale): string {
  const who = actorName(row.actor, locale)
  const what = row.party?.name ?? row.about ?? ''
  if (PARTS.has(row.subject)) return partSentence(row, who, what, locale)
  const verb = verbOf(row.action, locale)
  const thing = row.subject === 'party' ? what : named(row, locale)
  if (!/_?(updated|changed)$/.test(row.action) || row.changes.length === 0)
    return phrase(thing ? s.plain : s.alone, locale, { who, verb, what: thing })
  if (row.changes.length === 1) return oneChange(row.changes[0]!, who, thing || verb, locale)
  const names = clauses(
    row.changes.map(({ field, label }) => label ?? fieldName(field, locale)),
    locale,
  )
  return phrase(s.several, locale, { who, what: thing || subjectName(row.subject, locale), fields: names })
}

/** An order is told with its customer. */
function named({ about, party, subject }: Told, locale: Locale): string {
  if (!about) return party && subject !== 'party' ? party.name : ''
  return party ? phrase(s.of, locale, { about, party: party.name }) : about
}

function oneChange({ field, label, was, became }: Change, who: string, what: string, locale: Locale): string {
  const name = label ?? fieldName(field, locale)
  const show = (value: unknown) => cut(wordsOf(field, value, locale))
  return phrase(s.one, locale, { who, what, field: name, was: show(was), became: show(became) })
}

function partSentence(row: Told, who: string, what: string, locale: Locale): string {
  const part = partName(row, locale)
  const main = row.changes.find(({ field }) => field === 'value' || field === 'external_id')
  const show = (value: unknown) => cut(wordsOf('value', value, locale))
  if (row.action.endsWith('_added'))
    return phrase(main ? s.added : s.added_part, locale, { who, what, part, value: show(main?.became) })
  if (row.action.endsWith('_removed'))
    return phrase(main ? s.removed : s.removed_part, locale, { who, what, part, value: show(main?.was) })
  if (row.changes.length !== 1)
    return phrase(s.several_part, locale, {
      who,
      what,
      part,
      fields: clauses(
        row.changes.map(({ field }) => (field === 'value' ? part : fieldName(field, locale))),
        locale,
      ),
    })
  const change = row.changes[0]!
  if (change.field === 'value') return oneChange({ ...change, field: row.kind ?? 'value' }, who, what, locale)
  return oneChange(change, who, phrase(s.part_of, locale, { what, part }), locale)
}
