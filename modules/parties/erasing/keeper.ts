import { type Ctx, planned } from '../../../kernel/ctx.ts'
import type { Keeper, Kept, Part, Person } from '../../../kernel/personal.ts'
import { fieldsSeen, labelOf } from '../fields/catalogue.ts'
import { toldFields, type Values } from '../fields/values.ts'
import { project } from '../list/project.ts'
import { sayValue } from '../rules.fields.ts'
import { makeShell } from './person.ts'

// unscoped: the erasure has reached the party (modules/erasure), or re-applies one after a restore

type Counts = { contacts: number; roles: number; ids: number; tags: number; note: boolean; values: number }
const countText = `
select (select count(*)::int from contact_point where party_id = $1) as contacts,
  (select count(*)::int from party_role where party_id = $1) as roles,
  (select count(*)::int from external_id where party_id = $1) as ids,
  cardinality(tags) as tags, note <> '' as note, (select count(*)::int from jsonb_object_keys(fields)) as values
from party where party_id = $1`

async function parts(ctx: Ctx, { party_id }: Person): Promise<Part[]> {
  const [row] = await planned<Counts>(ctx, countText, [party_id])
  const { contacts, roles, ids, tags, note, values } = row!
  const gone = (what: string, count: number, zh: string, en: string): Part => ({
    what,
    says: { zh, en },
    fate: 'removed',
    count,
  })
  return [
    {
      what: 'party',
      says: { zh: '客户记录：名称换成编号', en: 'The record itself: its name becomes a number' },
      fate: 'pseudonymised',
      count: 1,
      because: {
        zh: '留下空壳，订单和合计才不会错',
        en: 'A shell stays, so that orders and sums still hang on something',
      },
    },
    gone('contact_point', contacts, '联系方式', 'Contact points'),
    gone('external_id', ids, '外部编号', 'Ids of other systems'),
    gone('party_role', roles, '市场角色', 'Market roles'),
    gone('tag', tags, '标签', 'Tags'),
    gone('note', note ? 1 : 0, '备注', 'Note'),
    gone('custom_field', values, '自定义字段', 'Custom fields'),
    gone('search', 1, '搜索用的姓名、拼音和联系方式索引', 'Search keys: name, pinyin, contact points'),
  ]
}

/** A tag that nobody else has would go on standing among the counts, as one and minus one. */
const forgetLabelsText = `
with gone as (
  delete from party_count where label = any($1::text[])
  returning label, unit_id, delta
)
insert into party_count (label, unit_id, delta)
select label, unit_id, sum(delta) from gone group by label, unit_id having sum(delta) <> 0`

async function erase(ctx: Ctx, { party_id }: Person): Promise<void> {
  const [had] = await planned<{ tags: string[] }>(ctx, 'select tags from party where party_id = $1', [
    party_id,
  ])
  await planned(ctx, 'delete from contact_point where party_id = $1', [party_id])
  await planned(ctx, 'delete from party_role where party_id = $1', [party_id])
  await planned(ctx, 'delete from external_id where party_id = $1', [party_id])
  await planned(ctx, 'delete from custom_value_key where party_id = $1', [party_id])
  await planned(ctx, 'delete from party_slot where party_id = $1', [party_id])
  await planned(ctx, 'delete from party_bucket where party_id = $1', [party_id])
  await makeShell(ctx, party_id)
  await project(ctx, [party_id])
  await planned(ctx, forgetLabelsText, [had!.tags.map((tag) => `#${tag}`)])
}

const everythingText = `
select to_jsonb(p) - 'fields' as party, p.fields,
  (select coalesce(json_agg(to_jsonb(c) order by c.contact_point_id), '[]') from contact_point c where c.party_id = $1) as contacts,
  (select coalesce(json_agg(to_jsonb(r) order by r.since), '[]') from party_role r where r.party_id = $1) as roles,
  (select coalesce(json_agg(to_jsonb(e) order by e.source, e.value), '[]') from external_id e where e.party_id = $1) as ids
from party p where p.party_id = $1`

/** In words, as far as the role of whoever takes the copy sees. */
async function valuesOf(ctx: Ctx, values: Values): Promise<Rows> {
  const [told] = await toldFields(ctx, [values])
  return (await fieldsSeen(ctx))
    .filter(({ key }) => told![key] !== undefined)
    .map((field) => ({
      key: field.key,
      field: labelOf(field, ctx.locale),
      value: sayValue(field, told![field.key], ctx.locale),
    }))
}

type Rows = Record<string, unknown>[]
async function everything(ctx: Ctx, { party_id }: Person): Promise<Kept[]> {
  const [row] = await planned<{
    party: Rows[number]
    fields: Values
    contacts: Rows
    roles: Rows
    ids: Rows
  }>(ctx, everythingText, [party_id])
  return [
    { what: 'party', says: { zh: '基本资料', en: 'Record' }, rows: [row!.party] },
    {
      what: 'custom_fields',
      says: { zh: '自定义字段', en: 'Custom fields' },
      rows: await valuesOf(ctx, row!.fields),
    },
    { what: 'contact_points', says: { zh: '联系方式', en: 'Contact points' }, rows: row!.contacts },
    { what: 'market_roles', says: { zh: '市场角色', en: 'Market roles' }, rows: row!.roles },
    { what: 'external_ids', says: { zh: '外部编号', en: 'Ids of other systems' }, rows: row!.ids },
  ]
}

export const partyKeeper: Keeper = { parts, erase, everything }
