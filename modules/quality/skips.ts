import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import type { Input } from '../../kernel/route.ts'
import { reachParty } from '../parties/party.ts'
import type { PartyQuality, quality } from './contract.ts'
import { partyQuality } from './read/party.ts'
import { dayText } from './rules.ts'
import { tellerFor } from './say.ts'
import { rulesInForce } from './settings.ts'
import { today } from './store.ts'

export async function skip(ctx: Ctx, { params, body }: Input<typeof quality.skip>): Promise<PartyQuality> {
  const teller = await tellerFor(ctx, (await rulesInForce(ctx)).rules)
  const until = body.days === undefined ? null : dayText((await today(ctx)) + body.days)
  return atomically(ctx, async (ctx) => {
    await reachParty(ctx, params.id, true)
    if (!teller.told.has(body.code)) refuse('quality.unknown_rule', 422, { code: body.code })
    await planned(
      ctx,
      `insert into quality_skip (party_id, home_party_id, code, reason, until, skipped_by, skipped_at) values ($1, $1, $2, $3, $4, $5, $6)
       on conflict (party_id, code) do update set reason = excluded.reason, until = excluded.until, skipped_by = excluded.skipped_by,
         skipped_at = excluded.skipped_at`,
      [params.id, body.code, body.reason.trim(), until, ctx.who.kind === 'user' ? ctx.who.id : null, ctx.now],
    )
    await record(ctx, {
      action: 'quality.skipped',
      subject: 'quality_skip',
      subject_id: params.id,
      party_id: params.id,
      was: { code: body.code, until },
      event: false,
    })
    return partyQuality(ctx, params.id)
  })
}

class Nothing extends Error {}
export async function unskip(ctx: Ctx, { params }: Input<typeof quality.unskip>): Promise<PartyQuality> {
  try {
    return await atomically(ctx, async (ctx) => {
      await reachParty(ctx, params.id, true)
      const gone = await planned<{ reason: string }>(
        ctx,
        'delete from quality_skip where party_id = $1 and code = $2 returning reason',
        [params.id, params.code],
      )
      if (gone.length === 0) throw new Nothing()
      await record(ctx, {
        action: 'quality.unskipped',
        subject: 'quality_skip',
        subject_id: params.id,
        party_id: params.id,
        was: { code: params.code },
        event: false,
      })
      return partyQuality(ctx, params.id)
    })
  } catch (error) {
    if (error instanceof Nothing) return partyQuality(ctx, params.id)
    throw error
  }
}
