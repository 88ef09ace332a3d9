import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { reaches, reachOf } from '../../../kernel/scope.ts'
import { type Locale, phrase } from '../../../kernel/text.ts'
import { undoText } from '../undo.text.ts'
import type { Waiting } from './transaction.ts'

/** For whom an import waits, as far as its person may know: an import that they do not see has no name. */
export type WaitsFor = { id: number | null; file_name: string | null; by: string | null; undoing: boolean }

type Row = {
  import_id: number
  file_name: string
  unit_id: number
  created_by: number | null
  name: string | null
}

export async function waitingFor(ctx: Ctx, { import_id, undoing }: Waiting): Promise<WaitsFor> {
  const unknown = { id: null, file_name: null, by: null, undoing }
  if (import_id === null) return unknown
  // A command line's import has no row until it ends.
  const [row] = await planned<Row>(
    ctx,
    `select i.import_id, i.file_name, i.unit_id, i.created_by, u.name from import i left join app_user u on u.user_id = i.created_by
     where i.import_id = $1`,
    [import_id],
  )
  const reach = ctx.who.kind === 'system' ? ({ kind: 'all' } as const) : reachOf(ctx.who, 'imports:read')
  if (!row || !reach || !reaches(reach, { unit_id: row.unit_id, owner_id: row.created_by })) return unknown
  return { id: row.import_id, file_name: row.file_name, by: row.name, undoing }
}

export const inWordsOf = ({ file_name, undoing }: WaitsFor, locale: Locale): string =>
  file_name === null
    ? phrase(undoText['imports.phase.waiting'], locale)
    : phrase(undoText[undoing ? 'imports.phase.waiting_undo' : 'imports.phase.waiting_for'], locale, {
        file: file_name,
      })
