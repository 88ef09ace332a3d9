import type pg from 'pg'
import type { Ctx, Reach } from '../../../kernel/ctx.ts'
import type { RunOptions } from '../contract.ts'
import type { Kind, Mapping } from '../targets.ts'

/** One import under way, inside its transaction. */
export type Run = {
  ctx: Ctx
  tx: pg.ClientBase
  kind: Kind
  import_id: number
  source: string
  mapping: Mapping
  options: RunOptions
  /** whose parties the importer may touch */
  reach: Reach
  /** of new parties */
  unit_id: number
  owner_id: number | null
  user_id: number | null
  /** what its orders will be valued in, as far as known before they are written */
  base: string
  /** a guess that its orders have settled */
  settled: { was: string; base: string } | null
  now: Date
  today: string
  mending: boolean
  dates_guessed: boolean
}

/** Somebody changed a row between its reading and its writing: the import starts again on what is there now. */
export class Stale extends Error {}
