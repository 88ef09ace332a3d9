import type { Ctx } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import type { PartyKind } from './contract.ts'

/** Whether what another module keeps about a party could also hang on one of this kind. */
export type Fits = (ctx: Ctx, party_id: number, kind: PartyKind) => Promise<boolean>

let fits: Fits = async () => true
export const knowFits = (how: Fits): void => {
  fits = how
}

/** Who works somewhere is a person; what has subsidiaries is an organisation. */
export async function mustFit(ctx: Ctx, party_id: number, kind: PartyKind): Promise<void> {
  if (!(await fits(ctx, party_id, kind))) refuse('parties.kind_tied', 409)
}
