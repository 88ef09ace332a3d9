import { type Static, Type as T } from 'typebox'
import { Body, ById, Id, Instant, Nullable, oneOf, Page, pageOf, route, routes } from '../../kernel/route.ts'

export const grounds = ['request', 'consent_withdrawn', 'not_needed', 'unlawful'] as const
export type Ground = (typeof grounds)[number]

export const Part = T.Object({
  what: T.String(),
  label: T.String({ description: 'in the language of the caller' }),
  fate: oneOf('removed', 'pseudonymised', 'kept'),
  count: T.Integer(),
  because: Nullable(T.String({ description: 'why it stays' })),
})
export type Part = Static<typeof Part>

export const Preview = T.Object({
  party: T.Object({ id: Id, name: T.String(), version: T.Integer() }),
  parts: T.Array(Part),
})
export type Preview = Static<typeof Preview>

export const Erasure = T.Object({
  erasure_id: Id,
  party_id: Id,
  at: Instant,
  by: T.Object({
    kind: oneOf('user', 'key', 'system', 'cli'),
    id: T.Integer(),
    name: Nullable(T.String()),
  }),
  ground: oneOf(...grounds),
  reference: T.String({ description: 'the number of the request, in whatever register it has one' }),
  parts: T.Array(Part),
  reapplied_at: Nullable(Instant),
})
export type Erasure = Static<typeof Erasure>

export const EraseBody = Body({
  confirm: T.String({ minLength: 1, maxLength: 300, description: 'the party’s name, as it stands now' }),
  ground: oneOf(...grounds),
  reference: T.Optional(T.String({ maxLength: 100, pattern: '^[^\\x00-\\x1f]*$' })),
})
export type EraseBody = Static<typeof EraseBody>

const erase = 'parties:erase'

export const erasure = routes({
  preview: route('GET /parties/:id/erasure/preview', {
    may: erase,
    does: 'What an erasure of this party would remove, pseudonymise and keep, and why',
    params: ById,
    gives: Preview,
    refuses: ['parties.erased'],
  }),
  erase: route('POST /parties/:id/erase', {
    may: erase,
    does: 'Erase a person on request: everywhere, in one transaction, without a way back',
    params: ById,
    body: EraseBody,
    gives: Erasure,
    versioned: true,
    refuses: [
      'parties.erased',
      'erasure.confirm_differs',
      'erasure.reference_names',
      'erasure.import_under_way',
      'kernel.version_changed',
    ],
  }),
  record: route('GET /parties/:id/erasure', {
    may: 'parties:read',
    does: 'When, by whom and on what ground a party was erased, and what was kept; null: it was not',
    params: ById,
    gives: T.Object({ erasure: Nullable(Erasure) }),
  }),
  list: route('GET /erasures', {
    may: erase,
    does: 'The register of erasures, newest first: it names nobody',
    query: T.Object(Page),
    gives: pageOf(Erasure),
    refuses: ['kernel.bad_cursor'],
  }),
  everything: route('GET /parties/:id/everything', {
    may: erase,
    does: 'Everything that is kept about a person, as a ZIP: JSON for machines, HTML for people',
    params: ById,
    gives: 'file',
    refuses: ['parties.erased', 'erasure.masked'],
  }),
})
