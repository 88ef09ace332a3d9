import { type Static, Type as T } from 'typebox'
import { Body, Id, Instant, Nullable, oneOf, route, routes } from '../../kernel/route.ts'
import { Role } from './contract.shapes.ts'
import { OWN_ROLE } from './rules.labels.ts'

// What a company calls things: its tags, and the market roles: those of the house in its own words, and its own.

const Tag = T.String({ minLength: 1, maxLength: 60, pattern: '^[^,\\s]+( [^,\\s]+)*$' })
export const tagColours = ['grey', 'indigo', 'teal', 'ochre', 'cinnabar', 'sky'] as const
const look = {
  colour: Nullable(oneOf(...tagColours)),
  group: T.String({ maxLength: 60 }),
  note: T.String({ maxLength: 500 }),
}
export const TagRow = T.Object({
  tag: T.String(),
  count: T.Integer({ description: 'live parties in the caller’s scope' }),
  defined: T.Boolean(),
  ...look,
})
export type TagRow = Static<typeof TagRow>
export const TagPolicy = T.Object({ defined_only: T.Boolean(), version: T.Integer() })

export const TagChange = T.Object({
  id: Id,
  verb: oneOf('rename', 'merge', 'delete'),
  tags: T.Array(T.String()),
  become: Nullable(T.String()),
  bulk_id: Nullable(Id),
  run_id: Nullable(Id),
  state: oneOf('waiting', 'running', 'done', 'failed', 'cancelled'),
  changed: T.Integer(),
  undone_at: Nullable(Instant),
  by: Nullable(T.String()),
  at: Instant,
})
export type TagChange = Static<typeof TagChange>

const Name = T.String({ maxLength: 40 })
export const RoleLabel = T.Object({
  role: Role,
  zh: T.String({ description: 'as it is shown' }),
  en: T.String(),
  label_zh: T.String({ description: 'the company’s own word; empty: as the house says' }),
  label_en: T.String(),
  hidden: T.Boolean({ description: 'not offered; who has it keeps it' }),
  own: T.Boolean({ description: 'added by the company' }),
  count: T.Integer({ description: 'live parties in the caller’s scope that hold it today' }),
})
export type RoleLabel = Static<typeof RoleLabel>
export const RoleLabels = T.Object({ items: T.Array(RoleLabel), version: T.Integer() })

const read = 'parties:read'
const write = 'labels:write'
const whole = 'labels.whole_company'

export const labels = routes({
  tagList: route('GET /tags/definitions', {
    may: read,
    does: 'Tags that are defined or in use in the caller’s scope, with how many carry them',
    gives: T.Object({ items: T.Array(TagRow), policy: TagPolicy }),
  }),
  defineTag: route('PUT /tags/definition', {
    may: write,
    does: 'Define a tag, or change its colour, group or note',
    body: Body({
      tag: Tag,
      colour: T.Optional(look.colour),
      group: T.Optional(look.group),
      note: T.Optional(look.note),
    }),
    gives: TagRow,
    refuses: [whole],
  }),
  changeTags: route('POST /tags/changes', {
    may: write,
    does: 'Rename a tag, make several one, or take them from everybody (`become` null), as a job that can be undone',
    body: Body({ tags: T.Array(Tag, { minItems: 1, maxItems: 20 }), become: Nullable(Tag) }),
    gives: TagChange,
    creates: true,
    refuses: [whole, 'labels.same_tag', 'labels.unknown_tag'],
  }),
  tagChanges: route('GET /tags/changes', {
    may: write,
    does: 'The latest changes of tags, with how far they are',
    gives: T.Object({ items: T.Array(TagChange) }),
  }),
  undoTagChange: route('POST /tags/changes/:change_id/undo', {
    may: write,
    does: 'Take a change of tags back, party by party; who was changed since keeps what they have',
    params: T.Object({ change_id: Id }),
    gives: TagChange,
    refuses: [whole, 'labels.undone', 'parties.bulk_under_way', 'parties.bulk_old', 'parties.bulk_nothing'],
  }),
  tagPolicy: route('PUT /tags/policy', {
    may: write,
    does: 'Whether any tag may be written, or only those that are defined; tags in use are defined by it',
    body: Body({ defined_only: T.Boolean() }),
    gives: TagPolicy,
    refuses: [whole],
  }),
  marketRoles: route('GET /market-roles', {
    may: read,
    does: 'The market roles, the ten of the house and the company’s own, in the company’s words and order, with how many hold them',
    gives: RoleLabels,
  }),
  writeMarketRoles: route('PUT /market-roles', {
    may: write,
    does: 'Name, order and hide market roles',
    body: Body({
      items: T.Array(
        Body({
          role: Role,
          label_zh: T.Optional(Name),
          label_en: T.Optional(Name),
          hidden: T.Optional(T.Boolean()),
        }),
        { maxItems: 50, description: 'in their order; those not named follow as they are' },
      ),
    }),
    gives: RoleLabels,
    versioned: true,
    refuses: [
      whole,
      'labels.all_hidden',
      'labels.role_named',
      'labels.role_nameless',
      'parties.unknown_role',
      'kernel.version_changed',
    ],
  }),
  addMarketRole: route('POST /market-roles', {
    may: write,
    does: 'Add a market role of the company’s own: it is then offered, filtered, imported and exported like the others',
    body: Body({
      role: T.Optional(
        T.String({ pattern: OWN_ROLE, description: 'its code; made of the English name when absent' }),
      ),
      label_zh: T.Optional(Name),
      label_en: T.Optional(Name),
      hidden: T.Optional(T.Boolean()),
      position: T.Optional(T.Integer({ minimum: 0, maximum: 10_000 })),
    }),
    gives: RoleLabels,
    creates: true,
    refuses: [
      whole,
      'labels.role_named',
      'labels.role_nameless',
      'labels.role_taken',
      'labels.roles_many',
      'kernel.version_changed',
    ],
  }),
  removeMarketRole: route('DELETE /market-roles/:role', {
    may: write,
    does: 'Take away a market role of the company’s own that nobody holds or has held',
    params: T.Object({ role: Role }),
    gives: RoleLabels,
    versioned: true,
    refuses: [
      whole,
      'labels.role_held',
      'labels.all_hidden',
      'parties.unknown_role',
      'kernel.version_changed',
    ],
  }),
})
