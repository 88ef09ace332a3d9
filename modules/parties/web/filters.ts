import { useQuery } from '@tanstack/react-query'
import {
  type FilterField,
  type Search,
  useCan,
  useLocale,
  useMe,
  useText,
} from '../../../apps/web/ui/index.ts'
import type { Input } from '../../../kernel/route.ts'
import { formatNumber } from '../../../kernel/text.ts'
import { accessApi } from '../../access/web/session.ts'
import {
  marketRoles,
  type parties,
  partyKinds,
  type Sort,
  sorts,
  type ValueSort,
  valueSorts,
} from '../contract.ts'
import { partyApi } from './partyApi.ts'
import { text } from './text.ts'
import { VALUE_MAY } from './valueColumns.tsx'

const valueFilters = ['core', 'overdue', 'class', 'abc', 'alive'] as const
export const filterKeys = ['q', 'owner', 'role', 'tag', 'kind', 'unit', ...valueFilters] as const
/** What is worth most comes first. */
export const FIRST_SORT = '-revenue_minor'

type Query = Partial<Omit<Input<typeof parties.list>['query'], 'limit' | 'cursor' | 'with'>>

/** The address as the API understands it; what it does not understand is left out. */
export function queryOf(search: Search): Query {
  const { owner, role, kind, unit, tag, q } = search
  const sort = search.sort ?? FIRST_SORT
  const name = sort.replace(/^-/, '')
  const query: Query = {}
  if (q) query.q = q
  if (tag) query.tag = tag
  if (owner === 'me' || owner === 'none') query.owner = owner
  else if (Number(owner) > 0) query.owner_id = Number(owner)
  if (isOneOf(marketRoles, role)) query.role = role
  if (isOneOf(partyKinds, kind)) query.kind = kind
  if (Number(unit) > 0) query.unit_id = Number(unit)
  if (isOneOf([...sorts, ...valueSorts], name))
    Object.assign(query, {
      sort: name satisfies Sort | ValueSort,
      order: sort.startsWith('-') ? 'desc' : 'asc',
    })
  return { ...query, ...valueQueryOf(search) }
}

const classes = ['one_off', 'occasional', 'regular'] as const
const abcs = ['A', 'B', 'C'] as const
function valueQueryOf(search: Search): Query {
  const query: Query = {}
  if (search.core !== undefined) query.core = search.core === 'true'
  if (search.overdue !== undefined) query.overdue = search.overdue === 'true'
  if (isOneOf(classes, search.class)) query.class = search.class
  if (isOneOf(abcs, search.abc)) query.abc = search.abc
  const alive = Number(search.alive)
  if (alive > 0 && alive <= 1) query.alive_below = alive
  return query
}

const isOneOf = <V extends string>(values: readonly V[], value: string | undefined): value is V =>
  values.some((one) => one === value)

/** Tabs are saved filters. The roles that most companies sort by; the others are a condition away. */
export const tabRoles = ['customer', 'prospect', 'distributor', 'supplier', 'partner'] as const

export function tabOf(search: Search): string {
  const set = filterKeys.filter((key) => key !== 'q' && search[key] !== undefined)
  if (set.length === 0) return 'all'
  if (search.owner === 'me' && !search.role) return 'mine'
  if (search.role && !search.owner) return search.role
  return search.owner || search.role ? '' : 'all'
}

/** Every filter cleared, so that a tab or a button can start afresh. */
export const noFilters: Search = Object.fromEntries(filterKeys.map((key) => [key, undefined]))

export function useFilterFields(): readonly FilterField[] {
  const say = useText(text)
  const me = useMe()
  const locale = useLocale()
  const can = useCan()
  const slow = { staleTime: 60_000 }
  const owners = useQuery({ ...partyApi.owners.query(), ...slow })
  const tags = useQuery({ ...partyApi.tags.query(), ...slow })
  const units = useQuery({ ...accessApi.units.query(), ...slow, enabled: can('units:read') })
  const people = (owners.data?.items ?? [])
    .filter((owner) => owner.id !== me.id)
    .map((owner) => ({ value: String(owner.id), label: owner.name, note: owner.unit.name }))
  const yesNo = [
    { value: 'true', label: say('yes') },
    { value: 'false', label: say('no') },
  ]
  const valueFields: FilterField[] = [
    { key: 'core', label: say('if_core'), options: yesNo },
    { key: 'overdue', label: say('if_overdue'), options: yesNo },
    {
      key: 'class',
      label: say('if_value_class'),
      options: classes.map((value) => ({ value, label: say(value) })),
    },
    { key: 'abc', label: say('if_abc'), options: abcs.map((value) => ({ value, label: value })) },
    {
      key: 'alive',
      label: say('if_alive'),
      options: [
        { value: '0.5', label: say('alive_half') },
        { value: '0.8', label: say('alive_most') },
      ],
    },
  ]
  return [
    {
      key: 'owner',
      label: say('if_owner'),
      options: [{ value: 'me', label: say('me') }, { value: 'none', label: say('nobody') }, ...people],
    },
    {
      key: 'role',
      label: say('if_role'),
      options: marketRoles.map((value) => ({ value, label: say(value) })),
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
    {
      key: 'kind',
      label: say('if_kind'),
      options: partyKinds.map((value) => ({ value, label: say(value) })),
    },
    {
      key: 'unit',
      label: say('if_unit'),
      options: (units.data?.items ?? []).map((unit) => ({
        value: String(unit.unit_id),
        label: `${'\u2003'.repeat(unit.depth)}${unit.name}`,
      })),
    },
    ...(can(VALUE_MAY) ? valueFields : []),
  ]
}
