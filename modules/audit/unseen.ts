import type { Ctx } from '../../kernel/ctx.ts'
import { hiddenFields } from '../parties/history/history.ts'

// Records of other things than customers name custom fields too: the filter of a saved view, the columns of a file that
// was taken, a rule of data quality. What names a field that the reader does not see is held back.

/** As records name them: `fields.<key>`. */
export type Unseen = ReadonlySet<string>
export const unseenBy = async (ctx: Ctx): Promise<Unseen> => new Set(await hiddenFields(ctx))

const NAME = /fields\.[a-z][a-z0-9_]{0,39}/g
export const namesUnseen = (unseen: Unseen, value: unknown): boolean =>
  unseen.size > 0 && (JSON.stringify(value)?.match(NAME) ?? []).some((name) => unseen.has(name))

/** Without the entries that do: of a list those names, of a filter those conditions. */
export function withoutUnseen(unseen: Unseen, value: unknown): unknown {
  if (!namesUnseen(unseen, value)) return value
  if (Array.isArray(value))
    return value
      .filter((one) => typeof one === 'object' || !namesUnseen(unseen, one))
      .map((one) => withoutUnseen(unseen, one))
  if (typeof value !== 'object' || value === null) return null
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, one]) => !namesUnseen(unseen, [key, typeof one === 'object' ? null : one]))
      .map(([key, one]) => [key, withoutUnseen(unseen, one)]),
  )
}
