import type { Ctx, Reach } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { reachOf } from '../../../kernel/scope.ts'
import type { Kind } from '../targets.ts'

/** An import, or its undo, writes what its person may write one by one. */
export function mayTouch(ctx: Ctx, kind: Kind): Reach {
  if (ctx.who.kind === 'system') return { kind: 'all' }
  const wanted = kind === 'orders' ? ['orders:write', 'parties:write'] : [`${kind}:write`]
  for (const permission of wanted)
    if (!(permission in ctx.who.grants)) refuse('kernel.not_allowed', 403, { permission })
  return reachOf(ctx.who, 'parties:write') ?? { kind: 'own', user_id: 0 }
}
