import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import {
  type Column,
  useCan,
  useCompany,
  useLocale,
  useMe,
  useSession,
  useText,
} from '../../../../apps/web/ui/index.ts'
import { exponentOf, phrase, type Words } from '../../../../kernel/text.ts'
import { accessApi } from '../../../access/web/session.ts'
import type { CustomFieldShape } from '../../contract.fields.ts'
import type { PartyPatch, PartyRow } from '../../contract.ts'
import { judge, labelOf, optionLabel } from '../../rules.fields.ts'
import { text as fieldsText } from '../../text.fields.ts'
import { parseTyped, typedOf } from '../fields/typed.ts'
import { partyApi } from '../partyApi.ts'
import { allRegions } from '../regions.ts'
import { text as listText } from '../text.ts'
import { useCustomFields } from '../useCustomFields.ts'
import { text } from './text.ts'

type Option = { value: string; label: string }
/** How a column's text becomes what is stored, and how the row then looks. */
export type Writes = {
  text: (row: PartyRow) => string
  check: (typed: string, row: PartyRow) => string | null
  /** of text that was checked */
  patch: (typed: string, row: PartyRow) => PartyPatch
  /** as it was seen, in the API's terms: what another made of it since is not overwritten */
  seen: (row: PartyRow) => PartyPatch
  shown: (row: PartyRow, patch: PartyPatch) => PartyRow
  options?: readonly Option[]
  kind?: 'text' | 'date' | 'number'
  locked?: (row: PartyRow) => string | null
}

const clean = (typed: string) => typed.normalize('NFC').trim().replace(/\s+/g, ' ')
export const tagsOf = (typed: string) => [
  ...new Set(
    typed
      .split(/[,，、;；]/)
      .map(clean)
      .filter(Boolean),
  ),
]

/** One of some, by its words; a code does too. */
function among(options: readonly Option[], typed: string): readonly Option[] {
  const wanted = clean(typed).toLowerCase()
  const exact = options.filter(
    ({ value, label }) => label.toLowerCase() === wanted || value.toLowerCase() === wanted,
  )
  return exact.length > 0
    ? exact
    : options.filter(({ label }) => label.toLowerCase().split(' · ')[0] === wanted)
}

export function useWrites(): Readonly<Record<string, Writes>> {
  const say = useText(text)
  const word = useText(listText)
  const locale = useLocale()
  const can = useCan()
  const { base_currency } = useCompany()
  const fields = useCustomFields()
  const may = can('parties:write')
  const owners = useQuery({ ...partyApi.owners.query(), staleTime: 60_000, enabled: may })
  const units = useQuery({ ...accessApi.units.query(), staleTime: 60_000, enabled: may && can('units:read') })
  return useMemo(() => {
    const people = (owners.data?.items ?? []).map(({ id, name }) => ({ value: String(id), label: name }))
    const places = (units.data?.items ?? []).map(({ unit_id, name }) => ({
      value: String(unit_id),
      label: name,
    }))
    const one = (options: readonly Option[], typed: string): string | null => {
      const found = among(options, typed)
      if (found.length === 1) return null
      return say(found.length === 0 ? 'not_there' : 'several', { text: typed })
    }
    const idOf = (options: readonly Option[], typed: string) => among(options, typed)[0]?.value ?? ''
    const named = (options: readonly Option[], id: number) => ({
      id,
      name: options.find(({ value }) => value === String(id))?.label ?? '',
    })
    const regions = allRegions(locale)
    const house: Record<string, Writes> = {
      name: {
        text: (row) => row.name,
        check: (typed) =>
          clean(typed) === '' ? say('no_name') : typed.length > 300 ? say('too_long', { n: 300 }) : null,
        patch: (typed) => ({ name: clean(typed) }),
        seen: ({ name }) => ({ name }),
        shown: (row, { name }) => ({ ...row, name: name ?? row.name, name_romanised: '' }),
      },
      owner: {
        options: [{ value: '', label: word('ownerless') }, ...people],
        text: (row) => row.owner?.name ?? '',
        check: (typed) =>
          clean(typed) === '' || clean(typed) === word('ownerless') ? null : one(people, typed),
        patch: (typed) => ({ owner_id: Number(idOf(people, typed)) || null }),
        seen: ({ owner }) => ({ owner_id: owner?.id ?? null }),
        shown: (row, { owner_id }) => ({ ...row, owner: owner_id ? named(people, owner_id) : null }),
      },
      unit: {
        options: places,
        text: (row) => row.unit.name,
        check: (typed) => (clean(typed) === '' ? say('no_unit') : one(places, typed)),
        patch: (typed) => ({ unit_id: Number(idOf(places, typed)) }),
        seen: ({ unit }) => ({ unit_id: unit.id }),
        shown: (row, { unit_id }) => ({ ...row, unit: named(places, unit_id ?? row.unit.id) }),
      },
      country: {
        options: regions,
        text: (row) => regions.find(({ value }) => value === row.country)?.label ?? row.country ?? '',
        check: (typed) => (clean(typed) === '' ? null : one(regions, typed)),
        patch: (typed) => ({ country: idOf(regions, typed) || null }),
        seen: ({ country }) => ({ country }),
        shown: (row, { country }) => ({ ...row, country: country ?? null }),
      },
      kind: {
        options: (['person', 'organisation'] as const).map((value) => ({ value, label: word(value) })),
        text: (row) => word(row.kind),
        check: (typed) =>
          one(
            (['person', 'organisation'] as const).map((value) => ({ value, label: word(value) })),
            typed,
          ),
        patch: (typed) => ({
          kind:
            clean(typed).toLowerCase() === word('person').toLowerCase() || clean(typed) === 'person'
              ? 'person'
              : 'organisation',
        }),
        seen: ({ kind }) => ({ kind }),
        shown: (row, { kind }) => ({ ...row, kind: kind ?? row.kind }),
      },
      tags: {
        text: (row) => row.tags.join(locale === 'zh-CN' ? '、' : ', '),
        check: (typed) =>
          tagsOf(typed).some((tag) => tag.length > 60)
            ? say('tag_long')
            : tagsOf(typed).length > 50
              ? say('tags_many')
              : null,
        patch: (typed) => ({ tags: tagsOf(typed) }),
        seen: ({ tags }) => ({ tags }),
        shown: (row, { tags }) => ({ ...row, tags: tags ?? row.tags }),
      },
    }
    const own = fields
      .filter(({ kind }) => kind !== 'party')
      .map((field) => [`fields.${field.key}`, customWrites(field, { locale, base_currency, say })] as const)
    return { ...house, ...Object.fromEntries(own) }
  }, [owners.data, units.data, fields, locale, say, word, base_currency])
}

type Around = {
  locale: ReturnType<typeof useLocale>
  base_currency: string
  say: (key: 'yes' | 'no' | 'field_no_right') => string
}

/** A custom field in a cell: options and yes or no by their words, the rest as one types it on the customer's page. */
function customWrites(field: CustomFieldShape, { locale, base_currency, say }: Around): Writes {
  const { key, kind } = field
  const judged = field as Parameters<typeof judge>[0]
  const options: Option[] =
    kind === 'yes_no'
      ? [
          { value: 'true', label: say('yes') },
          { value: 'false', label: say('no') },
        ]
      : field.options
          .filter(({ archived }) => !archived)
          .map((option) => ({ value: option.key, label: optionLabel(judged, option.key, locale) }))
  const read = (typed: string): unknown => {
    const found = (one: string) => among(options, one)[0]?.value ?? one
    if (clean(typed) === '') return null
    if (kind === 'yes_no') return { true: true, false: false }[found(typed)] ?? typed
    if (kind === 'choice') return found(typed)
    if (kind === 'multi_choice') return tagsOf(typed).map(found)
    return parseTyped(field, typed, base_currency)
  }
  const said = (value: unknown): string => {
    if (value === undefined || value === null) return ''
    if (kind === 'yes_no') return say(value ? 'yes' : 'no')
    if (kind === 'choice') return optionLabel(judged, String(value), locale)
    if (Array.isArray(value))
      return value
        .map((one) => optionLabel(judged, String(one), locale))
        .join(locale === 'zh-CN' ? '、' : ', ')
    return typedOf(field, value)
  }
  const held = (row: PartyRow) => row.fields[key] ?? null
  return {
    ...(kind === 'choice' || kind === 'yes_no' ? { options } : {}),
    kind: kind === 'date' ? 'date' : kind === 'number' || kind === 'money' ? 'number' : 'text',
    text: (row) => said(row.fields[key]),
    locked: () => (field.editable ? null : say('field_no_right')),
    check: (typed, row) => {
      const { bad } = judge(judged, read(typed), held(row))
      const known = bad && (fieldsText as Words)[bad.code]
      return bad
        ? known
          ? phrase(known, locale, { label: labelOf(field, locale), ...bad.details })
          : bad.code
        : null
    },
    patch: (typed) => ({ fields: { [key]: read(typed) } }) as PartyPatch,
    seen: (row) => ({ fields: { [key]: held(row) } }) as PartyPatch,
    shown: (row, patch) => {
      const value = (patch.fields as Record<string, unknown> | undefined)?.[key]
      const { [key]: _, ...rest } = row.fields
      return {
        ...row,
        fields: value === null || value === undefined ? rest : { ...rest, [key]: value },
      } as PartyRow
    },
  }
}

/** What is only read goes to a spreadsheet too: plain figures and days. */
function readable(row: PartyRow, key: string): string {
  const money = (minor: number | null | undefined) =>
    minor === null || minor === undefined
      ? ''
      : (minor / 10 ** exponentOf(row.currency)).toFixed(exponentOf(row.currency))
  const day = (at: string | null) => at?.slice(0, 10) ?? ''
  const all: Record<string, string> = {
    roles: row.roles.join(', '),
    revenue: money(row.revenue_minor),
    orders: String(row.order_count),
    last: day(row.last_order_at),
    first: day(row.first_order_at),
    created: day(row.created_at),
    value: money(row.value?.value_minor),
    at_risk: money(row.value?.at_risk_minor),
    p_alive: row.value?.p_alive?.toFixed(2) ?? '',
  }
  return all[key] ?? ''
}

/** The list's columns, with what can be written in them and why not. */
export function useGridColumns(
  columns: readonly Column<PartyRow>[],
  writes: Readonly<Record<string, Writes>>,
  trash: boolean,
): readonly Column<PartyRow>[] {
  const say = useText(text)
  const me = useMe()
  const scope = useSession()?.permissions['parties:write']
  return useMemo(() => {
    const yours = (row: PartyRow): string | null => {
      if (trash) return say('in_trash')
      if (scope === undefined) return say('no_right')
      return scope === 'own' && row.owner?.id !== me.id ? say('not_yours') : null
    }
    return columns.map((column) => {
      const write = writes[column.key]
      if (!write) {
        const why =
          column.key === 'roles' || column.key.startsWith('fields.') ? say('on_page') : say('worked_out')
        const read = (row: PartyRow) => readable(row, column.key)
        return { ...column, edit: { text: read, locked: () => why, check: () => why } }
      }
      const { text, check, options, kind = 'text', locked } = write
      return {
        ...column,
        edit: {
          kind,
          text,
          check,
          locked: (row: PartyRow) => yours(row) ?? locked?.(row) ?? null,
          ...(options ? { options } : {}),
        },
      }
    })
  }, [columns, writes, trash, scope, me.id, say])
}
