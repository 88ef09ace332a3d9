import { type Ctx, planned } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import { reaches } from '../../kernel/scope.ts'

type External = { source: string; value: string }
type Holder = External & {
  party_id: number
  name: string
  unit: string
  unit_id: number
  owner_id: number | null
}

/** Says who holds the id that is wanted: by name where the caller reaches that party, else by its unit only. */
export async function refuseTaken(ctx: Ctx, wanted: readonly External[], party_id: number): Promise<never> {
  const holders = await planned<Holder>(
    ctx,
    `select e.source, e.value, p.party_id, p.name, u.name as unit, p.unit_id, p.owner_id
     from external_id e join party p using (party_id) join unit u using (unit_id)
     where (e.source, e.value) in (select * from unnest($1::text[], $2::text[])) and e.party_id <> $3 limit 1`,
    [wanted.map((id) => id.source), wanted.map((id) => id.value), party_id],
  )
  const holder = holders[0]
  // It was given up between our write and this look: trying again will do.
  if (!holder) return refuse('kernel.conflict', 409)
  const { source, value, unit } = holder
  if (!reaches(ctx.reach, holder))
    return refuse('parties.external_id_elsewhere', 409, { source, value, unit })
  return refuse('parties.external_id_taken', 409, {
    source,
    value,
    party_id: holder.party_id,
    name: holder.name,
  })
}
