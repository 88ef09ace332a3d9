import { type Ctx, named, planned } from '../../../kernel/ctx.ts'
import type { Person } from '../../../kernel/personal.ts'
import { mentionsOf } from './mentions.ts'

// unscoped: whoever asks has reached the party, or is a restore that answers nobody
type Row = {
  name: string
  values: string[]
  former: string[]
  external_ids: { source: string; value: string }[]
}

// Also what they were called and how they were reached before: leftovers are older than the present.
const personText = `
select p.name,
  array(select v from contact_point c, unnest(array[c.value, c.value_key]) v where c.party_id = p.party_id) as values,
  array(select distinct s from audit a,
          lateral (values (a.payload ->> 'name'), (a.payload ->> 'value'), (a.payload ->> 'value_key')) x (s)
        where a.party_id = p.party_id and a.subject in ('party', 'contact_point', 'external_id') and s <> '') as former,
  (select coalesce(json_agg(json_build_object('source', e.source, 'value', e.value)), '[]') from external_id e where e.party_id = p.party_id) as external_ids
from party p where p.party_id = $1`

/** A bare number is anybody's: it is looked for under its own source only. */
const tells = (value: string): boolean => !/^\d{1,6}$/.test(value)

export async function personOf(ctx: Ctx, party_id: number): Promise<Person> {
  const [row] = await planned<Row>(ctx, personText, [party_id])
  if (!row) throw new Error(`party ${party_id} is not there`)
  const ids = row.external_ids.map(({ value }) => value)
  const values = [...new Set([...row.values, ...row.former, ...ids])].filter(tells)
  return {
    party_id,
    name: row.name,
    values,
    external_ids: row.external_ids,
    mentions: mentionsOf(row.name, values),
  }
}

/** What a shell is called, in both languages at once: it is stored, and whoever reads it may read either. */
export const shellName = (party_id: number): string => `已抹除 Erased #${party_id}`

const shellText = `
update party set name = $2, language = null, channel_preference = null, note = '', fields = '{}', tags = '{}', live = false,
  erased_at = $3, version = version + 1, updated_at = $3 where party_id = $1`

export const makeShell = (ctx: Ctx, party_id: number) =>
  named(ctx, 'parties.erase', shellText, [party_id, shellName(party_id), ctx.now])
