import { Type as T } from 'typebox'
import { ById, ExportAsked, exporting, Id, oneOf, Page, pageOf, route, routes } from '../../kernel/route.ts'
import { bulkRoutes } from './contract.bulk.ts'
import {
  ContactPatch,
  ContactWrite,
  ExternalIdWrite,
  HistoryItem,
  Named,
  Party,
  PartyFilter,
  PartyPage,
  PartyPatch,
  PartyWrite,
  RolePatch,
  RoleWrite,
  slowSorts,
  sorts,
  TimelinePage,
  ValueFilter,
  valueSorts,
} from './contract.shapes.ts'
import { viewRoutes } from './contract.views.ts'

export * from './contract.bulk.ts'
export * from './contract.shapes.ts'
export * from './contract.views.ts'

const Sorting = {
  sort: T.Optional(T.Enum([...sorts], { default: 'name' })),
  order: T.Optional(oneOf('asc', 'desc')),
  trash: T.Optional(T.Boolean()),
}

const AnySort = T.Optional(
  T.String({
    default: 'name',
    pattern: `^(${[...sorts, ...slowSorts, ...valueSorts].join('|')}|fields\\.[a-z][a-z0-9_]{0,39})$`,
    description: `one of ${[...sorts, ...slowSorts, ...valueSorts].join(', ')}, or fields.<key> of a custom field`,
  }),
)

const filterFaults = [
  'parties.filter_unreadable',
  'parties.filter_shape',
  'parties.filter_field',
  'parties.filter_operator',
  'parties.filter_value',
  'parties.filter_withheld',
  'parties.filter_too_big',
  'parties.filter_too_deep',
  'parties.filter_too_many',
] as const

/** Customers chosen by hand; an address has room for some thousand. */
const Numbers = T.String({ maxLength: 14_000, pattern: '^\\d{1,16}(,\\d{1,16})*$' })

const read = 'parties:read'
const write = 'parties:write'

export const parties = routes({
  ...bulkRoutes,
  ...viewRoutes,
  list: route('GET /parties', {
    may: read,
    does: 'One page of the parties in the caller’s scope, sorted and filtered, with their count',
    query: T.Object({
      ...PartyFilter.properties,
      ...ValueFilter.properties,
      ...Page,
      ...Sorting,
      sort: AnySort,
      with: T.Optional(oneOf('value')),
    }),
    gives: PartyPage,
    refuses: ['kernel.bad_cursor', 'kernel.not_allowed', 'parties.sort_field', ...filterFaults],
  }),
  exportList: route('GET /parties/export', {
    ...exporting('parties'),
    may: read,
    does: 'All parties of the list as filtered and sorted, as a CSV or XLSX file',
    query: T.Object({
      ...PartyFilter.properties,
      ...ValueFilter.properties,
      ...Sorting,
      sort: AnySort,
      ids: T.Optional(Numbers),
      except: T.Optional(Numbers),
      ...ExportAsked,
    }),
    refuses: ['kernel.not_allowed'],
  }),
  create: route('POST /parties', {
    may: write,
    does: 'Create a party with its roles, contact points and external ids',
    body: PartyWrite,
    gives: Party,
    creates: true,
    refuses: [
      'parties.external_id_taken',
      'parties.bad_contact',
      'parties.bad_owner',
      'parties.bad_unit',
      'kernel.out_of_scope',
    ],
  }),
  get: route('GET /parties/:id', {
    may: read,
    does: 'A party with its roles, contact points, external ids and order figures',
    params: ById,
    gives: Party,
  }),
  update: route('PATCH /parties/:id', {
    may: write,
    does: 'Change fields of a party',
    params: ById,
    body: PartyPatch,
    gives: Party,
    versioned: true,
    refuses: [
      'parties.bad_owner',
      'parties.bad_unit',
      'parties.kind_tied',
      'parties.in_trash',
      'kernel.out_of_scope',
      'kernel.version_changed',
    ],
  }),
  remove: route('DELETE /parties/:id', {
    may: 'parties:delete',
    does: 'Move a party to the trash',
    params: ById,
    gives: Party,
    versioned: true,
  }),
  restore: route('POST /parties/:id/restore', {
    may: 'parties:delete',
    does: 'Take a party out of the trash',
    params: ById,
    gives: Party,
  }),
  addContact: route('POST /parties/:id/contact-points', {
    may: write,
    does: 'Add a contact point',
    params: ById,
    body: ContactWrite,
    gives: Party,
    creates: true,
    refuses: ['parties.bad_contact', 'parties.in_trash'],
  }),
  updateContact: route('PATCH /parties/:id/contact-points/:contact_point_id', {
    may: write,
    does: 'Change, prefer or verify a contact point',
    params: T.Object({ id: Id, contact_point_id: Id }),
    body: ContactPatch,
    gives: Party,
    versioned: true,
    refuses: ['parties.bad_contact', 'parties.in_trash'],
  }),
  removeContact: route('DELETE /parties/:id/contact-points/:contact_point_id', {
    may: write,
    does: 'Remove a contact point',
    params: T.Object({ id: Id, contact_point_id: Id }),
    gives: Party,
    versioned: true,
  }),
  addRole: route('POST /parties/:id/roles', {
    may: write,
    does: 'Add a dated market role; it starts today unless said otherwise',
    params: ById,
    body: RoleWrite,
    gives: Party,
    creates: true,
    refuses: ['parties.role_overlaps', 'parties.bad_period', 'parties.in_trash'],
  }),
  updateRole: route('PATCH /parties/:id/roles/:party_role_id', {
    may: write,
    does: 'End a market role, or correct its dates',
    params: T.Object({ id: Id, party_role_id: Id }),
    body: RolePatch,
    gives: Party,
    versioned: true,
    refuses: ['parties.role_overlaps', 'parties.bad_period', 'parties.in_trash'],
  }),
  removeRole: route('DELETE /parties/:id/roles/:party_role_id', {
    may: write,
    does: 'Remove a market role that was entered by mistake',
    params: T.Object({ id: Id, party_role_id: Id }),
    gives: Party,
    versioned: true,
  }),
  addExternalId: route('POST /parties/:id/external-ids', {
    may: write,
    does: 'Give a party its id in another system',
    params: ById,
    body: ExternalIdWrite,
    gives: Party,
    creates: true,
    refuses: ['parties.external_id_taken', 'parties.in_trash'],
  }),
  removeExternalId: route('DELETE /parties/:id/external-ids', {
    may: write,
    does: 'Take an id of another system away',
    params: ById,
    query: ExternalIdWrite,
    gives: Party,
    versioned: true,
  }),
  history: route('GET /parties/:id/history', {
    may: read,
    does: 'Who changed what and when, newest first',
    params: ById,
    query: T.Object(Page),
    gives: pageOf(HistoryItem),
    refuses: ['kernel.bad_cursor'],
  }),
  undo: route('POST /parties/:id/history/:audit_id/undo', {
    may: write,
    does: 'Undo one change, unless a later one touched the same fields; of a creation: to the trash, if nothing hangs on it',
    params: T.Object({ id: Id, audit_id: Id }),
    gives: Party,
    versioned: true,
    refuses: [
      'parties.changed_since',
      'parties.depended_on',
      'parties.not_undoable',
      'parties.erased',
      'parties.external_id_taken',
    ],
  }),
  timeline: route('GET /parties/:id/timeline', {
    may: read,
    does: 'Everything that happened with a party as one stream, newest first',
    params: ById,
    query: T.Object({
      ...Page,
      kinds: T.Optional(T.String({ maxLength: 200, description: 'comma-separated; all when absent' })),
    }),
    gives: TimelinePage,
    refuses: ['kernel.bad_cursor'],
  }),
  tags: route('GET /tags', {
    may: read,
    does: 'Tags in use in the caller’s scope, the most used first',
    query: T.Object({ q: T.Optional(T.String({ maxLength: 60 })) }),
    gives: T.Object({
      items: T.Array(T.Object({ tag: T.String(), count: T.Integer() })),
      age_ms: T.Integer(),
    }),
  }),
  owners: route('GET /owners', {
    may: read,
    does: 'People who may own a party, within the caller’s scope',
    query: T.Object({ q: T.Optional(T.String({ maxLength: 100 })) }),
    gives: T.Object({ items: T.Array(T.Object({ id: Id, name: T.String(), unit: Named })) }),
  }),
})

/** What other modules may hear of. Each carries `id` and `party_id` only. */
export const partyEvents = [
  'parties.created',
  'parties.updated',
  'parties.removed',
  'parties.restored',
  'parties.contact_added',
  'parties.contact_updated',
  'parties.contact_removed',
  'parties.role_added',
  'parties.role_updated',
  'parties.role_removed',
  'parties.external_id_added',
  'parties.external_id_removed',
] as const
