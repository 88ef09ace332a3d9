import { contactKey, emailKey, phoneKey } from '../../parties/names/contacts.ts'
import { cleanName, cleanTags } from '../../parties/rules.ts'
import type { ReasonCode } from '../reasons.text.ts'
import { bitOf } from '../rules.ts'
import type { Mapping, PartyTarget } from '../targets.ts'
import { splitPhones, splitValues } from '../values/contacts.ts'
import { parseDate } from '../values/dates.ts'
import { isUnspecified } from '../values/places.ts'
import { channelPreferenceOf, languageOf, marketRoleReader, partyKindOf } from '../values/words.ts'
import { openZone } from '../values/zones.ts'
import {
  copyWriter,
  countryOf,
  dropDecimalZero,
  fits,
  isDamagedId,
  noDate,
  reason,
  textReader,
} from './cells.ts'
import { endHash, mixText, startHash } from './hash.ts'
import { customReader } from './parties.fields.ts'
import type { PartyRow, Reason, RowReader } from './types.ts'

// biome-ignore format: a list
const COLUMNS = [
  'line', 'external_id', 'name', 'kind', 'emails', 'phones', 'wechat', 'address', 'country', 'country_text', 'city', 'market_roles',
  'tags', 'owner_email', 'unit', 'language', 'channel_preference', 'organisation', 'title', 'since', 'until', 'note', 'flags', 'hash', 'custom', 'custom_keys', 'custom_refs',
] as const

const BETWEEN = /\s*[;；|\n]\s*/
const zone = openZone('UTC')!

/** As the parties module has them. */
const TAG_CAP = 60
const TAGS_CAP = 50

/**
 * A value that cannot be read (e-mail, phone, role …) turns the row back even where others would do: taken without it,
 * nobody would ever mend it. Words that say nothing (`无`, `-`, `N/A`) count as empty.
 */
export function partyReader(mapping: Mapping, width: number): RowReader<PartyRow> {
  const reasons: Reason[] = []
  const text = (target: PartyTarget) => {
    const read = textReader(mapping.columns, target, reasons)
    return (fields: readonly string[]) => {
      const cell = read(fields)
      return cell !== null && isUnspecified(cell) ? null : cell
    }
  }
  const cells = Object.fromEntries(COLUMN_TARGETS.map((target) => [target, text(target)])) as Record<
    PartyTarget,
    (fields: readonly string[]) => string | null
  >
  const word = <T extends string>(
    target: PartyTarget,
    code: ReasonCode,
    cell: string | null,
    known: (text: string) => T | undefined,
  ) => {
    if (cell === null) return null
    const found = known(cell)
    if (found === undefined) reasons.push(reason(target, code, cell))
    return found ?? null
  }
  const list = <T extends string>(
    target: PartyTarget,
    code: ReasonCode,
    parts: string[],
    known: (text: string) => T | undefined,
  ) => {
    const found = new Set<T>()
    for (const part of parts) {
      const value = isUnspecified(part) ? null : word(target, code, part, known)
      if (value !== null) found.add(value)
    }
    return [...found]
  }
  const tag = (text: string) => (text.length <= TAG_CAP ? cleanTags([text])[0] : undefined)
  const wechat = (text: string) => contactKey('wechat_openid', text, mapping.options.region)

  /** A day for each organisation; an empty one between semicolons says nothing of its own. */
  const days = (target: 'since' | 'until', fields: readonly string[]): string | null => {
    const cell = cells[target](fields)
    if (cell === null) return null
    const { date_order, date_system } = mapping.options
    const read = cell.split(BETWEEN).map((part) => {
      if (part === '') return ''
      const at = parseDate(part, zone, date_order, date_system)
      const day = Number.isNaN(at) ? '' : new Date(at).toISOString().slice(0, 10)
      if (day < '1800-01-01' || day > '2200-01-01')
        reasons.push(reason(target, noDate(part, date_order), part))
      return day
    })
    return read.join(';')
  }
  const backwards = ({ since, until }: PartyRow): boolean => {
    const [from, to] = [since?.split(';') ?? [], until?.split(';') ?? []]
    return from.some((day, i) => day !== '' && (to[i] ?? '') !== '' && to[i]! < day)
  }

  const custom = customReader(mapping, reasons)
  const roleOf = marketRoleReader(mapping.roles)

  const read = (fields: readonly string[]): PartyRow | Reason[] => {
    if (!fits(fields, width)) return [reason(null, 'ragged', String(fields.length))]
    reasons.length = 0
    const [country, country_text] = countryOf(cells.country(fields) ?? '')
    const row: PartyRow = {
      external_id: cells.external_id(fields),
      name: cleanName(cells.name(fields) ?? ''),
      kind: word('kind', 'unknown_kind', cells.kind(fields), partyKindOf),
      emails: list('email', 'bad_email', splitValues(cells.email(fields) ?? ''), emailKey),
      phones: list('phone', 'bad_phone', splitPhones(cells.phone(fields) ?? ''), (t) =>
        phoneKey(t, mapping.options.region),
      ),
      wechat: word('wechat', 'bad_wechat', cells.wechat(fields), wechat),
      address: cells.address(fields),
      country,
      country_text,
      city: cells.city(fields),
      market_roles: list(
        'market_roles',
        'unknown_role',
        splitValues(cells.market_roles(fields) ?? ''),
        roleOf,
      ),
      tags: list('tags', 'too_long', splitValues(cells.tags(fields) ?? ''), tag),
      owner_email: word('owner_email', 'bad_email', cells.owner_email(fields), emailKey),
      unit: cells.unit(fields),
      language: word('language', 'unknown_language', cells.language(fields), languageOf),
      channel_preference: word(
        'channel_preference',
        'unknown_channel',
        cells.channel_preference(fields),
        channelPreferenceOf,
      ),
      organisation: cells.organisation(fields),
      title: cells.title(fields),
      since: days('since', fields),
      until: days('until', fields),
      note: cells.note(fields),
      flags: 0,
      hash: 0,
      ...custom(fields),
    }
    if (row.tags.length > TAGS_CAP) reasons.push(reason('tags', 'too_long', `${row.tags.length}`))
    if (reasons.length === 0 && backwards(row)) reasons.push(reason('until', 'bad_date', row.until ?? ''))
    if (row.name === '') reasons.push(reason('name', 'missing_name', ''))
    if (row.external_id !== null) {
      if (isDamagedId(row.external_id)) reasons.push(reason('external_id', 'damaged_id', row.external_id))
      const bare = dropDecimalZero(row.external_id)
      if (bare !== row.external_id) row.flags |= bitOf.id_decimal_zero
      row.external_id = bare
    }
    if (country_text !== null) row.flags |= bitOf.country_unnamed
    if (reasons.length > 0) return reasons.slice()
    row.hash = hashOf(row)
    return row
  }
  return { read, ...copyWriter<PartyRow>(COLUMNS) }
}

// biome-ignore format: a list
const COLUMN_TARGETS: readonly PartyTarget[] = [
  'external_id', 'name', 'kind', 'email', 'phone', 'wechat', 'address', 'country', 'city', 'market_roles', 'tags', 'owner_email',
  'unit', 'language', 'channel_preference', 'organisation', 'title', 'since', 'until', 'note',
]

/** Column numbers are part of what is stored: add, never renumber. */
function hashOf(row: PartyRow): number {
  startHash()
  mixText(1, row.external_id)
  mixText(2, row.name)
  mixText(3, row.kind)
  for (const email of row.emails) mixText(4, email)
  for (const phone of row.phones) mixText(5, phone)
  mixText(6, row.wechat)
  mixText(7, row.address)
  mixText(8, row.country ?? row.country_text)
  mixText(9, row.city)
  for (const role of row.market_roles) mixText(10, role)
  for (const tag of row.tags) mixText(11, tag)
  mixText(12, row.owner_email)
  mixText(13, row.unit)
  mixText(14, row.language)
  mixText(15, row.channel_preference)
  mixText(16, row.organisation)
  mixText(17, row.note)
  mixText(20, row.title)
  mixText(21, row.since)
  mixText(22, row.until)
  if (row.custom !== null) mixText(18, row.custom)
  if (row.custom_refs !== null) mixText(19, row.custom_refs)
  return endHash()
}
