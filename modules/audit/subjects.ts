import { type Ctx, planned } from '../../kernel/ctx.ts'
import { masked } from '../../kernel/scope.ts'

// What things are called today, and how they stand today: a record keeps only what was.
// unscoped: names and states of the company's own things; those of parties come through parties/history

export type Thing = { about: string; now: Record<string, unknown> }
type Reading = { text: string; about: (row: Record<string, unknown>, ctx: Ctx) => string }

const reading: Record<string, Reading> = {
  product: {
    text: `select product_id as id, name, code, kind, category_id, sales_unit, unit_cost_micro, cost_currency, live from product where product_id = any($1::bigint[])`,
    about: ({ name, code }) => String(name || code),
  },
  category: {
    text: 'select category_id as id, name, parent_id from category where category_id = any($1::bigint[])',
    about: ({ name }) => String(name),
  },
  user: {
    text: 'select user_id as id, name, email, (select code from role r where r.role_id = u.role_id) as role, role_id, unit_id, locale, time_zone, active from app_user u where user_id = any($1::bigint[])',
    about: ({ name }) => String(name),
  },
  role: {
    text: 'select role_id as id, name_zh, name_en, grants, masks from role where role_id = any($1::bigint[])',
    about: ({ name_zh, name_en }, { locale }) => String(locale === 'zh-CN' ? name_zh : name_en),
  },
  unit: {
    text: 'select unit_id as id, name, kind, parent_id from unit where unit_id = any($1::bigint[])',
    about: ({ name }) => String(name),
  },
  key: {
    text: 'select key_id as id, name from api_key where key_id = any($1::bigint[])',
    about: ({ name }) => String(name),
  },
  view: {
    text: 'select view_id as id, name, shared, unit_id, pinned, state from saved_view where view_id = any($1::bigint[])',
    about: ({ name }) => String(name),
  },
  webhook: {
    text: 'select webhook_id as id, name, url, events, active from webhook where webhook_id = any($1::bigint[])',
    about: ({ name }) => String(name),
  },
  custom_field: {
    text: 'select custom_field_id as id, to_jsonb(f) as all from custom_field f where custom_field_id = any($1::bigint[])',
    about: ({ all }, { locale }) => {
      const { label_zh, label_en } = all as { label_zh: string; label_en: string }
      return locale === 'zh-CN' ? label_zh || label_en : label_en || label_zh
    },
  },
  import: {
    text: 'select import_id as id, file_name, source, mapping, options from import where import_id = any($1::bigint[])',
    about: ({ file_name }) => String(file_name),
  },
  order: {
    text: `select k.order_id as id, o.number, o.source, o.kind, o.ordered_at, o.currency, o.channel, o.store, o.amount_minor, o.base_minor, o.line_count, o.party_id
           from order_key k join orders o on o.party_id = k.party_id and o.order_id = k.order_id where k.order_id = any($1::bigint[])`,
    about: ({ number }) => String(number),
  },
  setting: {
    text: `select 0 as id, jsonb_object_agg(key, value) as all from setting where 0 = any($1::bigint[]) or true`,
    about: () => '',
  },
  // Each change of these is a new row: what it became stands in the next.
  value_settings: {
    text: `select v.settings_id as id,
             (select n.settings from value_settings n where n.settings_id > v.settings_id order by n.settings_id limit 1) as all
           from value_settings v where v.settings_id = any($1::bigint[])`,
    about: () => '',
  },
  spend: {
    text: 'select s.spend_id as id, to_jsonb(s) as all from spend s where s.spend_id = any($1::bigint[])',
    about: () => '',
  },
  need: {
    text: 'select n.need_id as id, n.category as name, to_jsonb(n) as all from need n where n.need_id = any($1::bigint[])',
    about: ({ name }) => String(name),
  },
  occasion: {
    text: 'select o.occasion_id as id, o.label as name, o.kind, to_jsonb(o) as all from occasion o where o.occasion_id = any($1::bigint[])',
    about: ({ name }) => String(name ?? ''),
  },
  tie: {
    text: 'select t.tie_id as id, t.title as name, to_jsonb(t) as all from tie t where t.tie_id = any($1::bigint[])',
    about: ({ name }) => String(name ?? ''),
  },
  note: {
    text: 'select n.note_id as id, left(n.body, 60) as name, to_jsonb(n) as all from note n where n.note_id = any($1::bigint[])',
    about: ({ name }) => String(name ?? ''),
  },
  task: {
    text: 'select t.task_id as id, t.title as name, to_jsonb(t) as all from task t where t.task_id = any($1::bigint[])',
    about: ({ name }) => String(name ?? ''),
  },
  attachment: {
    text: `select a.attachment_id as id, a.name, to_jsonb(a) - 'sha256' as all from attachment a where a.attachment_id = any($1::bigint[])`,
    about: ({ name }) => String(name ?? ''),
  },
  subscription: {
    text: 'select s.subscription_id as id, s.name, to_jsonb(s) as all from subscription s where s.subscription_id = any($1::bigint[])',
    about: ({ name }) => String(name),
  },
}

/** Settings that a module keeps together under one key of its own. */
const TOGETHER: Record<string, string> = {
  'system.mail_changed': 'mail',
  'backups.settings_changed': 'backups',
}

/** How a thing stands today, as a record of this action names its fields. */
export function stateOf(thing: Thing | undefined, action: string): Record<string, unknown> {
  const key = TOGETHER[action]
  const now = key ? thing?.now[key] : thing?.now
  return (now as Record<string, unknown> | null | undefined) ?? {}
}

type Row = Record<string, unknown> & { id: number }

/** By kind and id, in one read per kind. */
export async function thingsOf(
  ctx: Ctx,
  wanted: ReadonlyMap<string, readonly number[]>,
): Promise<Map<string, Thing>> {
  const things = new Map<string, Thing>()
  for (const [subject, ids] of wanted) {
    const known = reading[subject]
    if (!known) continue
    for (const row of await planned<Row>(ctx, known.text, [ids])) {
      const now = 'all' in row ? (row['all'] as Record<string, unknown> | null) : row
      for (const id of subject === 'setting' ? ids : [row.id])
        things.set(`${subject} ${id}`, { about: known.about(row, ctx), now: now ?? {} })
    }
  }
  return things
}

export const COSTS = new Set(['unit_cost_micro', 'cost_currency'])
export const costHidden = (ctx: Ctx, field: string): boolean => COSTS.has(field) && masked(ctx, 'cost')

const NAMED = new Set(['owner_id', 'unit_id', 'role_id', 'category_id', 'parent_id', 'party_id'])
export const isNamed = (field: string): boolean => NAMED.has(field)

/** Ids say nothing to a reader. */
export async function namesOf(ctx: Ctx, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const rows = await planned<{ id: number; name: string }>(
    ctx,
    `select user_id as id, name from app_user where user_id = any($1::bigint[])
     union all select unit_id, name from unit where unit_id = any($1::bigint[])
     union all select role_id, case when $2 then name_zh else name_en end from role where role_id = any($1::bigint[])
     union all select category_id, name from category where category_id = any($1::bigint[])`,
    [ids, ctx.locale === 'zh-CN'],
  )
  return new Map(rows.map((row) => [row.id, row.name]))
}
