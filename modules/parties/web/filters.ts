import { type FilterGroup, type FilterItem, readFilter, type Search } from '../../../apps/web/ui/index.ts'
import type { Input } from '../../../kernel/route.ts'
import { type parties, partyKinds, slowSorts, sorts, valueSorts } from '../contract.ts'
import { isRoleCode } from '../rules.labels.ts'

const valueFilters = ['core', 'overdue', 'class', 'abc', 'alive'] as const
/** What stood in an address before filters were trees; links to it are in many places and stay good. */
const simpleKeys = ['owner', 'role', 'tag', 'kind', 'unit', ...valueFilters] as const
export const filterKeys = ['q', 'filter', ...simpleKeys] as const
/** What a view says, and an address may say otherwise. */
export const viewKeys = ['filter', 'sort', 'cols', 'density', ...simpleKeys] as const
/** What is worth most comes first. */
export const FIRST_SORT = '-revenue_minor'
/** In an address with a view: its filter was taken away. */
export const NO_FILTER = 'none'
/** In an address: those in the trash, instead of the others. */
export const TRASH: Search = { trash: 'yes' }
export const inTrash = (search: Search): boolean => search.trash === TRASH.trash

type Query = Partial<Omit<Input<typeof parties.list>['query'], 'limit' | 'cursor' | 'with'>>

/** The address as the API understands it. */
export function queryOf(search: Search): Query {
  const { owner, role, kind, unit, tag, q, filter } = search
  const query: Query = {}
  if (q) query.q = q
  if (inTrash(search)) query.trash = true
  if (tag) query.tag = tag
  if (owner === 'me' || owner === 'none') query.owner = owner
  else if (Number(owner) > 0) query.owner_id = Number(owner)
  if (isRoleCode(role)) query.role = role
  if (isOneOf(partyKinds, kind)) query.kind = kind
  if (Number(unit) > 0) query.unit_id = Number(unit)
  if (filter && filter !== NO_FILTER) query.filter = filter
  const sort = knownSort(search.sort) ? search.sort! : FIRST_SORT
  Object.assign(query, { sort: sort.replace(/^-/, ''), order: sort.startsWith('-') ? 'desc' : 'asc' })
  return { ...query, ...valueQueryOf(search) }
}

export const knownSort = (sort: string | undefined): boolean => {
  const name = sort?.replace(/^-/, '')
  return isOneOf([...sorts, ...slowSorts, ...valueSorts], name) || /^fields\.[a-z]\w*$/.test(name ?? '')
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

/** Tabs of the house. The roles that most companies sort by; the others are a condition away. */
export const tabRoles = ['customer', 'prospect', 'distributor', 'supplier', 'partner'] as const

export function tabOf(search: Search): string {
  if (inTrash(search)) return 'trash'
  if (search.view) return `view:${search.view}`
  const set = filterKeys.filter((key) => key !== 'q' && search[key] !== undefined)
  if (set.length === 0) return 'all'
  if (set.length === 1 && search.owner === 'me') return 'mine'
  return set.length === 1 && search.role ? search.role : ''
}

/** Every filter cleared, so that a tab or a button can start afresh. */
export const noFilters: Search = Object.fromEntries(filterKeys.map((key) => [key, undefined]))
export const noView: Search = Object.fromEntries(
  ['view', 'trash', ...viewKeys].map((key) => [key, undefined]),
)

/** All that an address asks, as one sentence; null: its filter cannot be read. */
export function groupOf(search: Search): FilterGroup | null {
  const tree = readFilter(search.filter === NO_FILTER ? undefined : search.filter)
  if (!tree) return null
  const simple = simpleOf(search)
  if (simple.length === 0) return tree
  const rest = tree.items.length === 0 ? [] : tree.join === 'all' && !tree.not ? tree.items : [tree]
  return { join: 'all', not: false, items: [...simple, ...rest] }
}

function simpleOf(search: Search): FilterItem[] {
  const query = queryOf(search)
  const yes = (key: string, value: unknown): FilterItem[] =>
    value === undefined ? [] : [{ field: key, op: 'is', value }]
  return [
    ...yes('owner', query.owner ?? query.owner_id),
    ...yes('role', query.role),
    ...yes('tag', query.tag),
    ...yes('kind', query.kind),
    ...(query.unit_id === undefined ? [] : [{ field: 'unit', op: 'below', value: [query.unit_id] }]),
    ...yes('value.core', query.core),
    ...yes('value.overdue', query.overdue),
    ...yes('value.class', query.class),
    ...yes('value.abc', query.abc),
    ...(query.alive_below === undefined
      ? []
      : [{ field: 'value.p_alive', op: 'less', value: query.alive_below }]),
  ]
}

/** What stands in an address under a known name and says nothing that is known. */
export function unknownIn(search: Search): string[] {
  const query: Readonly<Record<string, unknown>> = queryOf(search)
  const heard: Readonly<Record<(typeof simpleKeys)[number], unknown>> = {
    ...{
      owner: query['owner'] ?? query['owner_id'],
      role: query['role'],
      tag: query['tag'],
      kind: query['kind'],
    },
    ...{ unit: query['unit_id'], core: query['core'], overdue: query['overdue'], class: query['class'] },
    ...{ abc: query['abc'], alive: query['alive_below'] },
  }
  return simpleKeys.filter((key) => search[key] !== undefined && heard[key] === undefined)
}
