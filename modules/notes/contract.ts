import { type Static, Type as T } from 'typebox'
import { Body, ById, Id, Instant, Nullable, oneOf, route, routes } from '../../kernel/route.ts'
import { fileRoutes } from './contract.files.ts'
import { taskRoutes } from './contract.tasks.ts'

export * from './contract.files.ts'
export * from './contract.tasks.ts'

export const Author = T.Object({
  kind: oneOf('user', 'key', 'system', 'cli'),
  id: T.Integer(),
  name: Nullable(T.String()),
})
export const Note = T.Object({
  id: Id,
  party_id: Id,
  body: T.String({ description: 'plain text with light marks; a mention is @[name](user id)' }),
  pinned: T.Boolean(),
  live: T.Boolean(),
  author: Author,
  created_at: Instant,
  edited_at: Nullable(Instant),
  version: T.Integer(),
})
export type Note = Static<typeof Note>
export const NoteVersion = T.Object({ at: Instant, by: Author, body: Nullable(T.String()) })
export type NoteVersion = Static<typeof NoteVersion>

export const Mention = T.Object({
  note_id: Id,
  party: T.Object({ id: Id, name: T.String() }),
  by: Author,
  at: Instant,
  body: T.String(),
})
export type Mention = Static<typeof Mention>

const text = T.String({ minLength: 1, maxLength: 20_000, pattern: '^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]*$' })
export const NoteWrite = Body({ body: text, pinned: T.Optional(T.Boolean()) })
export type NoteWrite = Static<typeof NoteWrite>
export const NotePatch = T.Partial(Body({ body: text, pinned: T.Boolean() }), {
  additionalProperties: false,
  minProperties: 1,
})
export type NotePatch = Static<typeof NotePatch>

const read = 'notes:read'
const write = 'notes:write'
const One = T.Object({ id: Id, note_id: Id })
const refuses = ['notes.cannot_see', 'notes.empty', 'parties.in_trash']

export const notes = routes({
  ofParty: route('GET /parties/:id/notes', {
    may: read,
    does: 'A party’s notes, pinned ones first, then the newest; or those in the trash',
    params: ById,
    query: T.Object({ trash: T.Optional(T.Boolean()), pinned: T.Optional(T.Boolean()) }),
    gives: T.Object({ items: T.Array(Note) }),
  }),
  add: route('POST /parties/:id/notes', {
    may: write,
    does: 'Write a note; who is mentioned is told, if they may see the party',
    params: ById,
    body: NoteWrite,
    gives: Note,
    creates: true,
    refuses,
  }),
  change: route('PATCH /parties/:id/notes/:note_id', {
    may: write,
    does: 'Edit a note, or pin it; what it said stays in its history',
    params: One,
    body: NotePatch,
    gives: Note,
    versioned: true,
    refuses,
  }),
  remove: route('DELETE /parties/:id/notes/:note_id', {
    may: write,
    does: 'Move a note to the trash',
    params: One,
    gives: 'nothing',
  }),
  restore: route('POST /parties/:id/notes/:note_id/restore', {
    may: write,
    does: 'Bring a note back from the trash',
    params: One,
    gives: Note,
  }),
  history: route('GET /parties/:id/notes/:note_id/history', {
    may: read,
    does: 'What a note said before, newest first: who changed it and when',
    params: One,
    gives: T.Object({ items: T.Array(NoteVersion) }),
  }),
  mentionable: route('GET /parties/:id/mentionable', {
    may: read,
    does: 'Colleagues who may see this party’s notes, by a part of their name',
    params: ById,
    query: T.Object({ q: T.Optional(T.String({ maxLength: 100 })) }),
    gives: T.Object({ items: T.Array(T.Object({ id: Id, name: T.String(), unit: T.String() })) }),
  }),
  mentions: route('GET /mentions', {
    may: read,
    does: 'Notes that mention the caller and were not yet seen by them',
    gives: T.Object({ items: T.Array(Mention) }),
  }),
  seen: route('POST /mentions/seen', {
    may: read,
    does: 'Mark mentions of the caller as seen',
    body: Body({ note_ids: T.Array(Id, { minItems: 1, maxItems: 200 }) }),
    gives: T.Object({ left: T.Integer() }),
  }),
  ...taskRoutes,
  ...fileRoutes,
})
