import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import {
  type Option,
  type TreeField,
  useCan,
  useCompany,
  useLocale,
  useMe,
  useText,
} from '../../../apps/web/ui/index.ts'
import { formatNumber, type Locale, phrase } from '../../../kernel/text.ts'
import { accessApi } from '../../access/web/session.ts'
import { builtIn, customField, type FilterField, operators, sinceField } from '../rules.filter.ts'
import { isOwnRole } from '../rules.labels.ts'
import { filterText } from '../text.filter.ts'
import { text as partyText } from '../text.ts'
import { useMarketRoleOptions } from './labels/OwnWords.tsx'
import { partyApi } from './partyApi.ts'
import { text } from './text.ts'
import { useCustomFields } from './useCustomFields.ts'
import { VALUE_MAY } from './valueColumns.tsx'

const regions = new Map<Locale, readonly Option[]>()
/** Codes that have a name are countries; the reader's alphabet orders them. */
function countries(locale: Locale): readonly Option[] {
  const known = regions.get(locale)
  if (known) return known
  const names = new Intl.DisplayNames(locale, { type: 'region', style: 'short', fallback: 'none' })
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  const codes = letters.flatMap((a) => letters.map((b) => a + b))
  const options = codes
    .flatMap((value) => {
      const label = /^(EU|EZ|UN|XA|XB|ZZ|QO|XK)$/.test(value) ? undefined : names.of(value)
      return label ? [{ value, label, note: value }] : []
    })
    .sort((a, b) => a.label.localeCompare(b.label, locale))
  regions.set(locale, options)
  return options
}

/** By keys; null: they are not for this reader. Their words come with the list and not before its first screen. */
function useQualityChoices(): Readonly<Record<string, readonly Option[]>> | null {
  const may = useCan()('quality:read')
  const locale = useLocale()
  const seen = useCustomFields().map(({ key }) => `fields.${key}`)
  const { data } = useQuery({
    queryKey: ['quality', 'choices', locale, seen],
    queryFn: async () => (await import('../../quality/web/choices.ts')).choicesOf(locale, new Set(seen)),
    staleTime: 60_000,
    enabled: may,
  })
  return may ? (data ?? NO_CHOICES) : null
}
const NO_CHOICES: Readonly<Record<string, readonly Option[]>> = { 'quality.reason': [] }

/** What the customers' list may be filtered by, with its words: what the server takes from this reader. */
export function useTreeFields(): readonly TreeField[] {
  const say = useText(text)
  const me = useMe()
  const locale = useLocale()
  const can = useCan()
  const { base_currency } = useCompany()
  const custom = useCustomFields()
  const slow = { staleTime: 60_000, enabled: can('parties:read') }
  const owners = useQuery({ ...partyApi.owners.query(), ...slow })
  const tags = useQuery({ ...partyApi.tags.query(), ...slow })
  const units = useQuery({ ...accessApi.units.query(), ...slow, enabled: can('units:read') })
  const figures = can(VALUE_MAY)
  const quality = useQualityChoices()
  const roles = useMarketRoleOptions()
  return useMemo(() => {
    const people = (owners.data?.items ?? [])
      .filter((owner) => owner.id !== me.id)
      .map((owner) => ({ value: String(owner.id), label: owner.name, note: owner.unit.name }))
    const ready: Record<string, readonly Option[]> = {
      owner: [
        { value: 'me', label: say('me') },
        { value: 'none', label: say('nobody') },
        { value: 'left', label: say('left') },
        ...people,
      ],
      unit: (units.data?.items ?? []).map(({ unit_id, name, depth }) => ({
        value: String(unit_id),
        label: `${'\u2003'.repeat(depth)}${name}`,
      })),
      tag: (tags.data?.items ?? []).map(({ tag, count }) => ({
        value: tag,
        label: tag,
        note: formatNumber(count, locale),
      })),
      country: countries(locale),
      role: roles,
      ...quality,
    }
    const offered = (field: FilterField): TreeField => {
      const options = field.options?.map((value) => ({ value, label: optionName(field, value, locale) }))
      return {
        key: field.key,
        label: nameOf(field, locale),
        shape: field.shape,
        ops: operators(field),
        ...(ready[field.key] ? { options: ready[field.key]! } : options ? { options } : {}),
        ...(field.shape === 'money'
          ? { currency: field.custom?.rules.currency ?? base_currency, says_currency: !!field.custom }
          : {}),
      }
    }
    const own = custom.map((one) => offered(customField(one)))
    const since = roles
      .filter(({ value }) => isOwnRole(value))
      .map(({ value, label }) => ({
        ...offered(sinceField(value)),
        label: phrase(filterText['filter.since_own'], locale, { role: label }),
      }))
    const house = [...builtIn.values()]
      .filter((field) => (figures || !field.figures) && (quality || !field.quality))
      .map(offered)
    return [...house.slice(0, HEAD), ...own, ...house.slice(HEAD), ...since]
  }, [say, me.id, locale, base_currency, custom, owners.data, tags.data, units.data, figures, quality, roles])
}
/** Custom fields stand after what is asked most. */
const HEAD = 6

export function nameOf(field: FilterField, locale: Locale): string {
  if (field.custom) {
    const { label_zh, label_en } = field.custom
    return locale === 'en' ? label_en || label_zh : label_zh || label_en
  }
  const key = `filter.field.${field.key}` as keyof typeof filterText
  return filterText[key] ? phrase(filterText[key], locale) : field.key
}

const wordsOf: Readonly<Record<string, string>> = {
  role: 'role',
  kind: 'kind',
  channel_preference: 'channel',
}
function optionName({ key, custom }: FilterField, value: string, locale: Locale): string {
  const option = custom?.options.find((one) => one.key === value)
  if (option) return locale === 'en' ? option.label_en || option.label_zh : option.label_zh || option.label_en
  if (key === 'language') return phrase(text[value === 'en' ? 'lang_en' : 'lang_zh'], locale)
  if (key === 'value.class') return phrase(text[value as 'one_off'], locale)
  if (key === 'role' || key === 'kind') return phrase(text[value as 'customer'], locale)
  const word = partyText[`${wordsOf[key]}.${value}` as keyof typeof partyText]
  return word ? phrase(word, locale) : value
}
