import { type Static, Type as T } from 'typebox'
import { Body, ById, Id, Instant, Nullable, oneOf, route } from '../../kernel/route.ts'
import { Named } from './contract.shapes.ts'

// Saved views: what a list asks for and how it is shown. Whose rows come is the reader's scope, as without a view.

const Name = T.String({ minLength: 1, maxLength: 80, pattern: '\\S' })
export const shares = ['private', 'unit', 'everyone'] as const
export const ViewState = Body({
  filter: T.Optional(T.String({ maxLength: 8000, description: 'as in GET /parties' })),
  sort: T.Optional(
    T.String({ maxLength: 60, pattern: '^-?[a-z0-9_.]+$', description: '`-` before it: largest first' }),
  ),
  columns: T.Optional(T.Array(T.String({ maxLength: 60 }), { maxItems: 80 })),
  density: T.Optional(oneOf('compact', 'default', 'touch')),
})
export type ViewState = Static<typeof ViewState>

export const View = T.Object({
  id: Id,
  name: T.String(),
  owner: Named,
  shared: oneOf(...shares),
  unit: Nullable(Named),
  mine: T.Boolean(),
  may_change: T.Boolean(),
  pinned: T.Boolean({ description: 'a tab for the caller' }),
  first: T.Boolean({ description: 'what the caller opens the list with' }),
  state: ViewState,
  blocked: T.Boolean({
    description:
      'it filters by what the caller’s role does not see: `state` has no filter then, and it shows no rows',
  }),
  version: T.Integer(),
  created_at: Instant,
  updated_at: Instant,
})
export type View = Static<typeof View>

const written = {
  name: Name,
  state: ViewState,
  shared: oneOf(...shares),
  unit_id: Nullable(Id),
  pinned: T.Boolean(),
}
export const ViewWrite = Body({
  name: Name,
  state: ViewState,
  ...T.Partial(T.Object({ shared: written.shared, unit_id: written.unit_id, pinned: written.pinned }))
    .properties,
})
export type ViewWrite = Static<typeof ViewWrite>
export const ViewPatch = T.Partial(Body(written), { additionalProperties: false, minProperties: 1 })
export type ViewPatch = Static<typeof ViewPatch>

const refuses = [
  'parties.view_needs_person',
  'parties.view_not_yours',
  'parties.view_share',
  'parties.filter_field',
  'parties.filter_value',
  'parties.bad_unit',
] as const
export const viewRoutes = {
  views: route('GET /views', {
    may: 'parties:read',
    does: 'Saved views of the list of parties: one’s own and those shared with one’s unit or everyone',
    gives: T.Object({ items: T.Array(View) }),
  }),
  view: route('GET /views/:id', {
    may: 'parties:read',
    does: 'A saved view',
    params: ById,
    gives: View,
  }),
  createView: route('POST /views', {
    may: 'parties:read',
    does: 'Save a view; sharing it needs views:share over the unit, or over all for everyone',
    body: ViewWrite,
    gives: View,
    creates: true,
    refuses,
  }),
  patchView: route('PATCH /views/:id', {
    may: 'parties:read',
    does: 'Rename, change or share a view of one’s own, or a shared one with views:share over all',
    params: ById,
    body: ViewPatch,
    gives: View,
    versioned: true,
    refuses,
  }),
  markView: route('PUT /views/:id/mark', {
    may: 'parties:read',
    does: 'Say for oneself whether a view is a tab, and whether the list opens with it',
    params: ById,
    body: Body({ pinned: T.Optional(T.Boolean()), first: T.Optional(T.Boolean()) }),
    gives: View,
    refuses: ['parties.view_needs_person'],
  }),
  removeView: route('DELETE /views/:id', {
    may: 'parties:read',
    does: 'Delete a view of one’s own, or a shared one with views:share over all',
    params: ById,
    gives: 'nothing',
    versioned: true,
    refuses: ['parties.view_needs_person', 'parties.view_not_yours'],
  }),
  sharedViews: route('GET /views/shared', {
    may: 'views:share',
    does: 'Views that are shared, whoever saved them, within the units one may share with',
    gives: T.Object({ items: T.Array(View) }),
  }),
} as const
