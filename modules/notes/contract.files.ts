import { type Static, Type as T } from 'typebox'
import { ById, Id, Instant, Nullable, oneOf, route, routes } from '../../kernel/route.ts'
import { scans } from './rules.ts'

export const Attachment = T.Object({
  id: Id,
  party_id: Id,
  name: T.String(),
  type: T.String({ description: 'told by its bytes' }),
  bytes: T.Integer(),
  sha256: T.String({ description: 'hexadecimal' }),
  scan: oneOf(...scans),
  served: T.Boolean({ description: 'false: infected, or not scanned yet' }),
  live: T.Boolean(),
  created_by: Nullable(T.Object({ id: Id, name: T.String() })),
  created_at: Instant,
})
export type Attachment = Static<typeof Attachment>

const read = 'attachments:read'
const write = 'attachments:write'
const One = T.Object({ id: Id, attachment_id: Id })

export const fileRoutes = routes({
  attachments: route('GET /parties/:id/attachments', {
    may: read,
    does: 'A party’s files, the newest first; or those in the trash',
    params: ById,
    query: T.Object({ trash: T.Optional(T.Boolean()) }),
    gives: T.Object({
      items: T.Array(Attachment),
      most_bytes: T.Integer({ description: 'the largest file that is taken' }),
      scanner: T.Boolean({ description: 'files are scanned for viruses' }),
    }),
  }),
  upload: route('POST /parties/:id/attachments', {
    may: write,
    does: 'Add a file: the raw bytes as the body, its name in the query. What it is is told by its bytes; a declared type that says otherwise is refused',
    params: ById,
    query: T.Object({ name: T.String({ minLength: 1, maxLength: 255 }) }),
    takes: 'stream',
    gives: Attachment,
    refuses: [
      'attachments.too_large',
      'attachments.too_many',
      'attachments.empty',
      'attachments.type_refused',
      'attachments.type_lies',
      'attachments.broken_upload',
      'parties.in_trash',
    ],
  }),
  download: route('GET /parties/:id/attachments/:attachment_id/file', {
    may: read,
    does: 'The file itself, always as a download',
    params: One,
    gives: 'file',
    refuses: ['attachments.infected', 'attachments.not_scanned'],
  }),
  removeAttachment: route('DELETE /parties/:id/attachments/:attachment_id', {
    may: write,
    does: 'Move a file to the trash',
    params: One,
    gives: 'nothing',
  }),
  restoreAttachment: route('POST /parties/:id/attachments/:attachment_id/restore', {
    may: write,
    does: 'Bring a file back from the trash',
    params: One,
    gives: Attachment,
  }),
})
