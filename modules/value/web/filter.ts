import { useQuery } from '@tanstack/react-query'
import {
  type FilterField,
  type Search,
  useCan,
  useLocale,
  useMe,
  useText,
} from '../../../apps/web/ui/index.ts'
import { formatNumber } from '../../../kernel/text.ts'
import { accessApi } from '../../access/web/session.ts'
import { isRoleCode } from '../../parties/rules.labels.ts'
import { useRegionName } from '../../parties/web/columns.tsx'
import { useMarketRoleOptions } from '../../parties/web/labels/OwnWords.tsx'
import { partyApi } from '../../parties/web/partyApi.ts'
import type { Filter } from '../contract.shapes.ts'
import { text } from './text.ts'
import { valueApi } from './valueApi.ts'

/** What the whole page looks at; in the address under these names. */
export const lookingKeys = ['role', 'unit', 'owner', 'tag', 'country', 'as_of'] as const

export const isOneOf = <V extends string>(values: readonly V[], value: string | undefined): value is V =>
  values.some((one) => one === value)
export const isDay = (value: string | undefined): value is string =>
  value !== undefined && /^\d{4}-\d\d-\d\d$/.test(value)

export const lookingOf = (search: Search): Search =>
  Object.fromEntries(lookingKeys.flatMap((key) => (search[key] ? [[key, search[key]]] : [])))

/** The address as the API understands it; what it does not understand is left out. */
export function filterOf(search: Search): Filter {
  const filter: Filter = {}
  const { role, unit, owner, tag, country, as_of } = search
  if (isRoleCode(role)) filter.role = role
  if (Number(unit) > 0) filter.unit_id = Number(unit)
  if (Number(owner) > 0) filter.owner_id = Number(owner)
  if (tag) filter.tag = tag
  if (country && /^[A-Z]{2}$/.test(country)) filter.country = country
  if (isDay(as_of)) filter.as_of = as_of
  return filter
}

export function useLookingFields(): readonly FilterField[] {
  const say = useText(text)
  const roles = useMarketRoleOptions()
  const locale = useLocale()
  const can = useCan()
  const me = useMe()
  const region = useRegionName()
  const slow = { staleTime: 60_000 }
  const countries = useQuery({
    ...valueApi.breakdown.query({ query: { by: 'country' } }),
    ...slow,
    enabled: can('value:read'),
  })
  const owners = useQuery({ ...partyApi.owners.query(), ...slow, enabled: can('parties:read') })
  const tags = useQuery({ ...partyApi.tags.query(), ...slow, enabled: can('parties:read') })
  const units = useQuery({ ...accessApi.units.query(), ...slow, enabled: can('units:read') })
  return [
    {
      key: 'role',
      label: say('if_role'),
      options: roles,
    },
    {
      key: 'unit',
      label: say('if_unit'),
      options: (units.data?.items ?? []).map((unit) => ({
        value: String(unit.unit_id),
        label: `${'\u2003'.repeat(unit.depth)}${unit.name}`,
      })),
    },
    {
      key: 'owner',
      label: say('if_owner'),
      options: (owners.data?.items ?? []).map(({ id, name, unit }) => ({
        value: String(id),
        label: id === me.id ? `${name} ★` : name,
        note: unit.name,
      })),
    },
    {
      key: 'country',
      label: say('if_country'),
      options: (countries.data?.items ?? []).flatMap(({ key, customers }) =>
        key === null ? [] : [{ value: key, label: region(key), note: formatNumber(customers, locale) }],
      ),
    },
    {
      key: 'tag',
      label: say('if_tag'),
      options: (tags.data?.items ?? []).map(({ tag, count }) => ({
        value: tag,
        label: tag,
        note: formatNumber(count, locale),
      })),
    },
  ]
}
