import { type Static, Type as T } from 'typebox'
import { Id, Instant, Nullable, oneOf, route, routes } from '../../kernel/route.ts'

export const exportFormats = ['csv', 'xlsx'] as const
export type ExportFormat = (typeof exportFormats)[number]

export const ExportRun = T.Object({
  export_id: Id,
  list: T.String({ description: 'parties, products, orders …' }),
  format: oneOf(...exportFormats),
  state: T.Enum(['running', 'done', 'cut_off'], {
    description: 'cut_off: the file is not whole; its reader went, or the server stopped',
  }),
  rows_total: T.Integer({ description: 'of the list as filtered, when the export began' }),
  rows_sent: T.Integer(),
  started_at: Instant,
  ended_at: Nullable(Instant),
})
export type ExportRun = Static<typeof ExportRun>

export const exportRoutes = routes({
  get: route('GET /exports/:key', {
    may: 'data:export',
    does: 'How far an export of one’s own is, by the key that it was asked with',
    params: T.Object({ key: T.String({ pattern: '^[\\w-]{8,64}$' }) }),
    gives: ExportRun,
  }),
})
