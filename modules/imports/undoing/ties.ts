import { scopeSql } from '../../../kernel/scope.ts'
import { recordSet } from '../applying/set.audit.ts'
import type { Undoing } from './types.ts'

// Ties that an import made go with it; one that somebody has changed since stays, and holds whom it ties.

export async function planTies({ tx, import_id, direction, reach }: Undoing): Promise<void> {
  const scope = scopeSql(reach, 'p', 3)
  await tx.query(
    `create temp table undo_tie on commit drop as
     select i.tie_id, case when i.what = 'updated' then 'swap' when i.image is null then 'take' else 'put' end as what, i.image, to_jsonb(x) as other
     from import_tie i left join tie x on x.tie_id = i.tie_id and x.side = 'from' left join party p on p.party_id = x.party_id
     where i.import_id = $1 and i.undone = $2
       and case when i.what = 'created' and i.image is not null then x.tie_id is null else x.version = i.version and (${scope.text}) end`,
    [import_id, direction === 'redo', scope.value],
  )
}

export async function turnTies({ tx, ctx, import_id, direction }: Undoing): Promise<void> {
  await tx.query(
    `update import_tie i set undone = $2, image = u.other, version = case u.what when 'take' then null
       when 'put' then (u.image ->> 'version')::int + 1 else i.version + 1 end
     from undo_tie u where i.import_id = $1 and i.tie_id = u.tie_id`,
    [import_id, direction === 'undo'],
  )
  for (const [what, action] of [
    ['take', 'ties.removed'],
    ['swap', 'ties.changed'],
    ['put', 'ties.added'],
  ] as const)
    await recordSet(tx, ctx, import_id, {
      action,
      subject: 'tie',
      event: 'parties.changed',
      from: `select s.id as party_id, u.tie_id as subject_id, case when u.what = 'swap' then
               jsonb_build_object('title', u.other -> 'title', 'since', u.other -> 'since', 'until', u.other -> 'until') end as was
             from undo_tie u cross join lateral (values ((coalesce(u.other, u.image) ->> 'party_id')::int8), ((coalesce(u.other, u.image) ->> 'other_id')::int8)) as s (id)
             join party p on p.party_id = s.id where u.what = '${what}' order by 1`,
    })
}
