import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'

// Whether anybody may write any tag. Asked with every write of tags; a changed policy holds within this time.
const AGE_MS = 2000
type Held = { at: number; defined: ReadonlySet<string> | null }
const held = new WeakMap<object, Held>()

export const forgetPolicy = (ctx: Ctx): boolean => held.delete(ctx.house)

/** null: any tag. */
export async function definedOnly(ctx: Ctx): Promise<ReadonlySet<string> | null> {
  const earlier = held.get(ctx.house)
  if (earlier && Date.now() - earlier.at < AGE_MS) return earlier.defined
  const [row] = await planned<{ tags: string[] | null }>(
    { ...ctx, tx: null },
    `select case when (select (value->>'defined_only')::boolean from label_setting where key = 'tags')
       then array(select tag from tag_definition) end as tags`,
    [],
  )
  const defined = row?.tags ? new Set(row.tags) : null
  held.set(ctx.house, { at: Date.now(), defined })
  return defined
}

/** A tag that a party has already stays, whatever the policy says now. */
export async function refuseUndefined(
  ctx: Ctx,
  tags: readonly string[],
  had: readonly string[] = [],
): Promise<void> {
  if (tags.length === 0) return
  const defined = await definedOnly(ctx)
  const unknown = defined && tags.find((tag) => !defined.has(tag) && !had.includes(tag))
  if (unknown) refuse('labels.not_defined', 422, { tag: unknown })
}
