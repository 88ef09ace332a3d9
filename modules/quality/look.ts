import { type Ctx, unaudited } from '../../kernel/ctx.ts'
import { reachParty } from '../parties/party.ts'
import type { PartyQuality } from './contract.ts'
import { partyQuality } from './read/party.ts'
import { judging, refresh } from './store.ts'

/** The figures of one party made anew: they are made of it, so nothing that anybody entered changes. */
export const look = async (ctx: Ctx, { params }: { params: { id: number } }): Promise<PartyQuality> => {
  await reachParty(ctx, params.id)
  await unaudited(ctx, 'a projection made anew', async (ctx) => refresh(ctx, [params.id], await judging(ctx)))
  return partyQuality(ctx, params.id)
}
