import type { Ctx } from '../../kernel/ctx.ts'
import { prepared } from '../parties/list/prepared.ts'
import { Params } from '../parties/list/where.ts'
import { fold } from '../parties/names/search.ts'
import type { Asked } from './asked.ts'
import type { FoundParty } from './contract.ts'
import { marksInCode } from './rules.ts'
import { oneByOne } from './sources.ts'

type By = NonNullable<FoundParty['found_by']>

// unscoped: of parties that the caller has just reached, and of contact points of kinds that they may see
const text = (ids: string, kinds: string) => `
select c.party_id, c.kind, c.value, c.value_key from contact_point c
where c.party_id = any(${ids}) and c.kind <> 'address' and (${kinds} is null or c.kind = any(${kinds}))
union all
select e.party_id, 'external_id', e.value, e.value from external_id e where e.party_id = any(${ids})`

/** The contact point or number by which each was found; one that is shown nowhere else is not shown here. */
export async function foundBy(
  ctx: Ctx,
  party_ids: readonly number[],
  asked: Asked,
): Promise<Map<number, By>> {
  const params = new Params()
  const ids = oneByOne(party_ids, 'bigint', params)
  const rows = await prepared<{ party_id: number; kind: By['kind']; value: string; value_key: string }>(
    ctx,
    text(ids, params.$(asked.contacts, 'text[]')),
    params.values,
  )
  const by = new Map<number, By>()
  const words = asked.text.split(' ').filter(Boolean)
  for (const { party_id, kind, value, value_key } of rows) {
    if (by.has(party_id)) continue
    const hit = [asked.text, ...words].find(
      (word) =>
        marksInCode(value, word).length > 0 || fold(value_key).includes(word) || digitsMeet(value_key, word),
    )
    if (hit !== undefined) by.set(party_id, { kind, value, marks: marksInCode(value, hit) })
  }
  return by
}

const digitsMeet = (key: string, word: string): boolean => {
  const digits = word.replace(/\D/g, '')
  const ways = [digits, digits.replace(/^0+/, '')]
  return /^[+(]?[\d\s().-]+$/.test(word) && ways.some((way) => way.length >= 3 && key.includes(way))
}
