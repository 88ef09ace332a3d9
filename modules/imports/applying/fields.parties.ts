import { scopeSql } from '../../../kernel/scope.ts'
import { defaultsOf } from '../../parties/fields/values.ts'
import { takeValueKeys } from '../../parties/intake.ts'
import { type Run, Stale } from '../running/run.types.ts'

// Custom fields of a file of parties, set-wise: who a reference means, what a new party may not be without, and values
// that no two parties may have. Rows say them in stage_row.custom, custom_keys, custom_refs (rows/parties.fields.ts).

/** After the rows know their parties, before anything is planned. */
export async function judgeFields(run: Run): Promise<void> {
  await settleReferences(run)
  await requiredOnes(run)
  await withoutDoubles(run)
}

async function settleReferences({ tx, mapping, reach, source }: Run): Promise<void> {
  if (!mapping.fields?.some(({ kind, key }) => kind === 'party' && mapping.columns.includes(`fields.${key}`)))
    return
  const scope = scopeSql(reach, 'p', 1)
  const known = `p.kind <> 'anonymous' and p.live and p.merged_into is null and (${scope.text})`
  await tx.query(
    `create temp table stage_ref on commit drop as
     select s.line, r.key, r.value #>> '{}' as said, null::int8 as party_id
     from stage_row s, jsonb_each(s.custom_refs) r where s.custom_refs is not null and s.reject is null and s.first`,
  )
  await tx.query(
    `update stage_ref r set party_id = p.party_id from party p
     where r.said ~ '^#[0-9]{1,15}( |$)' and p.party_id = substring(r.said from '^#([0-9]+)')::int8 and ${known}`,
    [scope.value],
  )
  await tx.query(
    `update stage_ref r set party_id = p.party_id from external_id e join party p on p.party_id = e.party_id
     where r.party_id is null and e.source = $2 and e.value = r.said and ${known}`,
    [scope.value, source],
  )
  await tx.query(
    `update stage_ref r set party_id = f.party_id
     from (select lower(p.name) as name, min(p.party_id) as party_id from party p
           where ${known} and lower(p.name) in (select lower(said) from stage_ref where party_id is null)
           group by lower(p.name) having count(*) = 1) f
     where r.party_id is null and lower(r.said) = f.name`,
    [scope.value],
  )
  await tx.query(
    `update stage_row s set reject = 'field_party' from stage_ref r where r.line = s.line and r.party_id is null`,
  )
  await tx.query(
    `update stage_row s set custom = coalesce(s.custom, '{}') || v.known
     from (select line, jsonb_object_agg(key, party_id) as known from stage_ref where party_id is not null group by line) v
     where v.line = s.line`,
  )
}

/** What every new party starts with: the defaults, also of fields that the importer does not see. */
export const startsWith = ({ mapping }: Pick<Run, 'mapping'>): string =>
  JSON.stringify(defaultsOf((mapping.defaults ?? []).filter(({ archived_at }) => archived_at === null)))

async function requiredOnes(run: Run): Promise<void> {
  const required = (run.mapping.fields ?? []).filter((field) => field.required).map(({ key }) => key)
  if (required.length === 0) return
  await run.tx.query(
    `update stage_row set reject = 'field_required'
     where party_id is null and first and reject is null and not ($1::jsonb || coalesce(custom, '{}')) ?& $2::text[]`,
    [startsWith(run), required],
  )
}

const keys = (row: string) => `jsonb_to_recordset(${row}.custom_keys) as k (f int8, v text)`

async function withoutDoubles({ tx }: Run): Promise<void> {
  const { rowCount } = await tx.query('select from stage_row where custom_keys is not null limit 1')
  if (!rowCount) return
  await tx.query(
    `update stage_row s set reject = 'field_taken'
     from (select w.line, k.f, k.v from stage_row w, ${keys('w')} where w.custom_keys is not null) k
     join custom_value_key x on x.custom_field_id = k.f and x.value_key = k.v
     where s.line = k.line and s.first and s.reject is null and x.party_id is distinct from s.party_id`,
  )
  await tx.query(
    `with said as (
       select s.line, row_number() over (partition by k.f, k.v order by s.line) as n
       from stage_row s, ${keys('s')} where s.custom_keys is not null and s.first and s.reject is null
     )
     update stage_row s set reject = 'field_twice' from said where said.line = s.line and said.n > 1`,
  )
}

/** After the parties are written: their values of such fields are theirs. */
export async function keepKeys({ tx }: Run): Promise<void> {
  const { rowCount } = await tx.query('select from stage_row where custom_keys is not null limit 1')
  if (!rowCount) return
  await tx.query(
    `create temp table stage_value_key on commit drop as
     select s.party_id, k.f as custom_field_id, k.v as value_key from stage_party s join stage_row r on r.line = s.line, ${keys('r')}
     where r.custom_keys is not null`,
  )
  // Somebody else took one between our look and our writing.
  if (!(await takeValueKeys(tx))) throw new Stale()
}
