import { type Ctx, planned } from '../../kernel/ctx.ts'
import { Params } from '../parties/list/where.ts'
import { nameKeys } from '../parties/names/romanise.ts'
import { type Asked, conditionsOf, type Row, shown } from './asked.ts'
import { sourcesOf, writings } from './sources.ts'

const LOOKED_AT = 50
// More of one name than these are ranked as all others are.
const FEW = 3

// unscoped: conditionsOf cuts the question to the caller's reach
/**
 * Whoever has exactly this name or number, however far they stand from the caller. They also meet the search itself, so
 * that a number which is a withheld contact point finds nobody.
 */
export async function exactly(ctx: Ctx, asked: Asked): Promise<Row[]> {
  const typed = asked.text
  const keys = [nameKeys(typed, 'person').name_sort, nameKeys(typed, 'organisation').name_sort]
  const sources = await sourcesOf(ctx, 'external_id')
  const params = new Params()
  const { $ } = params
  const names = $(keys, 'text[]')
  const ids = `select e.party_id from external_id e where e.source = any(${$(sources, 'text[]')}) and e.value = any(${$(writings(typed), 'text[]')}) limit ${LOOKED_AT}`
  const candidates = `array(select n.party_id from party_list n where n.live and n.name_sort = any(${names}) limit ${LOOKED_AT}) || array(${ids})`
  const text = `select ${shown} from party_list r where r.party_id = any(${candidates})
    and ${conditionsOf(ctx, asked, () => 'true', params)} limit ${FEW + 1}`
  const rows = await planned<Row>(ctx, text, params.values)
  return rows.length > FEW ? [] : rows
}
