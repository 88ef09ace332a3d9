import { type Ctx, planned } from '../../kernel/ctx.ts'
import { reachOf, scopeSql } from '../../kernel/scope.ts'

// What hangs on a party is edited too, and belongs to modules below this one: each says here how to see its own.

/** `notes.12`: that note; `notes.new`: one that is only being written. */
export type PresencePart = {
  readonly kind: string
  /** as records name it */
  readonly subject: string
  readonly sees: `${string}:${string}`
  readonly writes: `${string}:${string}`
  /** Whether the caller sees `x.id` of party `p.party_id`; its values stand from $`at` on. */
  readonly there: Seen
  /** Whether they saw what record `a` says was removed; where left out, whoever reaches the party did. */
  readonly went?: Seen
}
type Seen = (ctx: Ctx, at: number) => { text: string; values: readonly unknown[] }
const NEW = 0

export type PartField = { kind: string; id: number }
export function partField(field: string | null): PartField | null {
  const [, kind, id] = /^(notes|tasks|ties|occasions)\.(new|[1-9]\d{0,14})$/.exec(field ?? '') ?? []
  return kind === undefined || id === undefined ? null : { kind, id: id === 'new' ? NEW : Number(id) }
}

type Row = { party_id: number; field: string | null }
/** Of these the ones that the caller may see, as `party field`: nobody hears of a note or a tie out of their scope. */
export async function partsSeen(
  ctx: Ctx,
  parts: readonly PresencePart[],
  rows: readonly Row[],
): Promise<ReadonlySet<string>> {
  const found = rows.flatMap(({ party_id, field }) => {
    const part = partField(field)
    return part && field ? [{ ...part, party_id, field }] : []
  })
  const seen = new Set<string>()
  for (const { kind, sees, there } of parts) {
    const wanted = found.filter((one) => one.kind === kind)
    const reach = reachOf(ctx.who, sees)
    if (wanted.length === 0 || reach === null) continue
    const scope = scopeSql(reach, 'p', 3)
    const { text, values } = there(ctx, 4)
    const told = await planned<{ party_id: number; id: number }>(
      ctx,
      `select x.party_id, x.id from unnest($1::bigint[], $2::bigint[]) as x (party_id, id)
       join party p on p.party_id = x.party_id and ${scope.text} where x.id = ${NEW} or (${text})`,
      [wanted.map(({ party_id }) => party_id), wanted.map(({ id }) => id), scope.value, ...values],
    )
    for (const { party_id, id } of told) seen.add(`${party_id} ${kind}.${id === NEW ? 'new' : id}`)
  }
  return seen
}
