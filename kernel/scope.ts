import type { Actor, Ctx, Reach } from './ctx.ts'
import { refuse } from './refuse.ts'
import type { Spec } from './route.ts'

// The one place that decides whose rows a caller reaches. Services read scoped tables (party, party_listed and
// what hangs on a party) only through `scopeSql`, `reaches` or `reachParty`; boundaries.test.ts fails others.

/** What a permission reaches for this actor; null when the role does not grant it. */
export function reachOf(who: Actor, permission: string): Reach | null {
  const scope = who.grants[permission]
  if (!scope) return null
  if (scope === 'all') return { kind: 'all' }
  if (scope === 'own') return { kind: 'own', user_id: who.kind === 'user' ? who.id : 0 }
  return { kind: 'units', unit_ids: scope === 'team' ? who.team_units : who.branch_units }
}

/** Of a route: whose rows it may touch, or which permission is lacking. For serving it, and for explaining it. */
export function admission(
  who: Actor,
  { may, also }: Pick<Spec, 'may' | 'also'>,
): { reach: Reach; lacks: null } | { reach: null; lacks: string } {
  const reach: Reach | null = may.includes(':')
    ? reachOf(who, may)
    : { kind: 'own', user_id: who.kind === 'user' ? who.id : 0 }
  if (!reach) return { reach: null, lacks: may }
  return also && !(also in who.grants) ? { reach: null, lacks: also } : { reach, lacks: null }
}

/** As text for a fixed statement: the condition takes parameter `$at`, whose value is `value`. */
export function scopeSql(reach: Reach, alias: string, at: number): { text: string; value: unknown } {
  switch (reach.kind) {
    case 'all':
      return { text: `$${at}::bigint is null`, value: null }
    case 'units':
      return { text: `${alias}.unit_id = any($${at}::bigint[])`, value: reach.unit_ids }
    case 'own':
      return { text: `${alias}.owner_id = $${at}::bigint`, value: reach.user_id }
  }
}

export const reaches = (reach: Reach, row: { unit_id: number; owner_id: number | null }): boolean =>
  reach.kind === 'all' ||
  (reach.kind === 'units'
    ? reach.unit_ids.includes(row.unit_id)
    : row.owner_id !== null && row.owner_id === reach.user_id)

/** A write must leave the row where its writer still reaches it, or it would be lost to them. */
export function mustReach(ctx: Ctx, row: { unit_id: number; owner_id: number | null }): void {
  if (!reaches(ctx.reach, row))
    refuse('kernel.out_of_scope', 422, { unit_id: row.unit_id, owner_id: row.owner_id })
}

/** Who writes their own only may read by unit: what they move into another must stay in their sight too. */
export function mustSee(ctx: Ctx, row: { unit_id: number; owner_id: number | null }): void {
  const reads = reachOf(ctx.who, 'parties:read')
  if (reads && !reaches(reads, row))
    refuse('kernel.out_of_scope', 422, { unit_id: row.unit_id, owner_id: row.owner_id })
}

export const masked = (ctx: Ctx, field: string): boolean => ctx.who.masks.has(field)

/** `13800000000` → `138****0000`; a masked field is shown so, with `withheld: true` beside it. */
export function mask(value: string, field: string): string {
  if (field === 'phone') {
    // However it is written: blanks, a country's code in front, an extension behind.
    const [number = ''] = value.normalize('NFKC').split(/[^\d\s().+\-\u2010-\u2015]/)
    const digits = number
      .replace(/[^\d+]/g, '')
      .replace(/^00/, '+')
      .replace(/^\+86/, '')
    return digits.length < 8
      ? '****'
      : `${digits.slice(0, digits.startsWith('+') ? 4 : 3)}****${digits.slice(-4)}`
  }
  if (field === 'email') return value.replace(/^(.).*(@.*)$/, '$1***$2')
  return '****'
}
