import type { RoleRow } from '../party.ts'
import { overlaps } from '../rules.ts'

export type United = {
  /** rows of the survivor that get longer */
  longer: { row: RoleRow; since: string; until: string | null }[]
  /** rows of the other that the survivor's now cover */
  covered: RoleRow[]
}

const later = (a: string | null, b: string | null): string | null =>
  a === null || b === null ? null : a > b ? a : b
const earlier = (a: string, b: string): string => (a < b ? a : b)

/**
 * One role at one time once: where periods of both overlap, the survivor's rows grow to cover them and the other's are
 * put aside. Nothing else of either is touched, so that the covered days are those of both.
 */
export function uniteRoles(mine: readonly RoleRow[], theirs: readonly RoleRow[]): United {
  const grown = new Map(mine.map((row) => [row.id, { ...row }]))
  const covered: RoleRow[] = []
  for (const row of theirs) {
    const met = [...grown.values()]
      .filter((one) => one.role === row.role && overlaps(one, row))
      .sort((a, b) => (a.since < b.since ? -1 : 1))
    if (met.length === 0) continue
    covered.push(row)
    const first = met[0]!
    const last = met.at(-1)!
    first.since = earlier(first.since, row.since)
    last.until = later(last.until, row.until)
    // Between two rows of the survivor the other's filled the gap: the earlier one now ends where the next begins.
    for (const [i, one] of met.entries()) if (met[i + 1]) one.until = met[i + 1]!.since
  }
  const longer = mine.flatMap((row) => {
    const { since, until } = grown.get(row.id)!
    return since === row.since && until === row.until ? [] : [{ row, since, until }]
  })
  return { longer, covered }
}
