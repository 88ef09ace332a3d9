import type { Ctx } from '../../kernel/ctx.ts'
import type { Test } from '../parties/filter/check.ts'
import { every, not, type Piece, piece, raw, some, sure, val } from '../parties/filter/piece.ts'
import type { ListQuality } from '../parties/filter/quality.ts'
import { type Band, bandFrom, bands, bitOf, dayText } from './rules.ts'
import { tellerFor } from './say.ts'
import { rulesInForce } from './settings.ts'
import { today } from './store.ts'

/** What the customers' list is filtered by of the quality of their data, as the worklist understands it. */
export const listQuality: ListQuality = {
  may: 'quality:read',
  options: async (ctx) => ({ 'quality.reason': await codesFor(ctx) }),
  conditions: async (ctx, within) => {
    const day = dayText(await today(ctx))
    const codes = await codesFor(ctx)
    return (key, test) =>
      key === 'quality.band' ? bandSql(test, within) : reasonSql(test, within, codes, day)
  },
}

async function codesFor(ctx: Ctx): Promise<string[]> {
  const { told } = await tellerFor(ctx, (await rulesInForce(ctx)).rules)
  return [...told]
}

const found = (condition: Piece, within: Piece): Piece =>
  sure(
    piece`exists (select from party_quality q where q.party_id = §.party_id and ${within} and ${condition})`,
  )

function bandSql(test: Test, within: Piece): Piece {
  const values: readonly string[] = test.is === 'options' ? test.values : []
  const scored = bands.filter((band) => values.includes(band))
  const ways: Piece[] = scored.length > 0 ? [found(some(scored.map(inBand)), within)] : []
  if (values.includes('none')) ways.push(not(found(raw('q.score is not null'), within)))
  return some(ways)
}

function inBand(band: Band): Piece {
  const above = bands[bands.indexOf(band) - 1]
  return raw(`q.score >= ${bandFrom[band]}${above ? ` and q.score < ${bandFrom[above]}` : ''}`)
}

/** What was put aside is nobody's reason meanwhile, here as in the worklist. */
function reasonSql(test: Test, within: Piece, codes: readonly string[], day: string): Piece {
  const wanted = test.is === 'options' ? test.values : codes
  const each = wanted.map(
    (code) =>
      piece`q.reasons & ${raw(`${2n ** BigInt(bitOf(code))}`)} <> 0 and not exists (select from quality_skip s
        where s.party_id = q.party_id and s.code = ${val(code, 'text')} and (s.until is null or s.until > ${val(day, 'date')}))`,
  )
  const all = test.is === 'options' && test.all
  return found(all ? every(each) : some(each), within)
}
