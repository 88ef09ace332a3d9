import { Type as T } from 'typebox'
import { ById, ExportAsked, exporting, oneOf, route } from '../../kernel/route.ts'
import { kinds } from './targets.ts'

export const importExports = {
  exportList: route('GET /imports/export', {
    ...exporting('imports'),
    may: 'imports:read',
    does: 'The imports of the list as a CSV or XLSX file, the latest first',
    query: T.Object({ kind: T.Optional(oneOf(...kinds)), ...ExportAsked }),
  }),
  exportRejects: route('GET /imports/:id/rejects/export', {
    ...exporting('rejects'),
    may: 'imports:read',
    does: 'Rejected rows with their line and reasons as a CSV or XLSX file, to be read',
    params: ById,
    query: T.Object({ code: T.Optional(T.String({ maxLength: 60 })), ...ExportAsked }),
  }),
} as const
