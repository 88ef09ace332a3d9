import { randomBytes } from 'node:crypto'
import type { TestHouse } from '../kernel/testing.ts'
import { DEFAULT_RUN_OPTIONS } from './imports/serving/detect.ts'
import { defaultOptions } from './imports/targets.ts'
import { computeValue } from './value/engine/run.ts'

// Two branches of one company, each with a party, an order, an import, a job and a user, for the tests that walk
// every route. What belongs to the party is made through the API, so that the walk meets real rows.
export type Side = {
  unit_id: number
  branch_id: number
  user_id: number
  party_id: number
  marker: string
  id(path: string, param: string): string | number
}
export type World = {
  me: { user_id: number }
  mine: Side
  theirs: Side
  ids: number[]
  footprint(house: TestHouse): Promise<string>
}

/** Contact points of every party here: no answer to a role that may not see them carries these. */
export const SECRETS = {
  phone: '13812345678',
  email: 'secret.person@secret.example',
  address: '保密路一号',
} as const

/** Another `mine` in a world that stands, beside the same others. */
export async function refurnish(house: TestHouse, world: World): Promise<World> {
  const mine = await side(house, await rootUnit(house), 'Mine')
  return { ...world, me: { user_id: mine.user_id }, mine }
}

export async function furnish(house: TestHouse): Promise<World> {
  const root = await rootUnit(house)
  const mine = await side(house, root, 'Mine')
  const theirs = await side(house, root, 'Theirs')
  await computeValue(house.ctx(), { kind: 'auto', because: 'first', as_of: null })
  return {
    me: { user_id: mine.user_id },
    mine,
    theirs,
    ids: [mine, theirs].flatMap((s) => [
      s.party_id,
      s.user_id,
      s.unit_id,
      Number(s.id('/orders/:id', 'id')),
      Number(s.id('/imports/:id', 'id')),
    ]),
    footprint: async (house) =>
      JSON.stringify(
        await one(
          house,
          `select (select count(*) from audit) as audit, (select count(*) from outbox) as outbox,
      (select count(*) from job_run) as runs, (select coalesce(sum(version), 0) from party) as parties`,
          [],
        ),
      ),
  }
}

async function one<R>(house: TestHouse, text: string, values: unknown[]): Promise<R> {
  return (await house.house.pool.query(text, values)).rows[0] as R
}

async function rootUnit(house: TestHouse): Promise<number> {
  const found = await one<{ unit_id: number } | undefined>(
    house,
    'select unit_id from unit where parent_id is null',
    [],
  )
  if (found) return found.unit_id
  await house.house.pool.query(
    `insert into setting values ('company_name', '"测试公司"'), ('base_currency', '"GBP"'), ('time_zone', '"Asia/Shanghai"') on conflict do nothing`,
  )
  await house.house.pool.query(
    `insert into role (code, name_zh, name_en, grants, created_at) values ('walker', '走查', 'Walker', '{}', now()) on conflict do nothing`,
  )
  return (
    await one<{ unit_id: number }>(
      house,
      `insert into unit (kind, name, created_at) values ('headquarters', 'HQ', now()) returning unit_id`,
      [],
    )
  ).unit_id
}

async function side(house: TestHouse, root: number, label: string): Promise<Side> {
  const marker = `${label}${randomBytes(5).toString('hex')}`
  const unit = async (parent: number, kind: string, name: string) =>
    (
      await one<{ unit_id: number }>(
        house,
        'insert into unit (parent_id, kind, name, created_at) values ($1, $2, $3, now()) returning unit_id',
        [parent, kind, name],
      )
    ).unit_id
  const branch_id = await unit(root, 'branch', `${marker} 分公司`)
  const unit_id = await unit(branch_id, 'team', `${marker} 团队`)
  const { user_id } = await one<{ user_id: number }>(
    house,
    `insert into app_user (email, name, role_id, unit_id, created_at, updated_at)
    select $1, $2, role_id, $3, now(), now() from role where code = 'walker' returning user_id`,
    [`${marker.toLowerCase()}@walk.example`, `用户 ${label}`, unit_id],
  )
  const admin = house.as({ id: user_id, unit_id })
  const post = async (url: string, body: unknown): Promise<Record<string, unknown>> => {
    const answer = await admin.send({
      method: 'POST',
      url: `/api/v1${url}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Record<string, unknown>
  }
  const party = await post('/parties', {
    kind: 'person',
    name: marker,
    unit_id,
    owner_id: user_id,
    roles: [{ role: 'customer' }],
    contact_points: [
      { kind: 'phone', value: SECRETS.phone },
      { kind: 'email', value: SECRETS.email },
      { kind: 'address', value: SECRETS.address },
    ],
    external_ids: [{ source: 'walk', value: marker }],
  })
  const party_id = Number(party['id'])
  await admin.send({
    method: 'PATCH',
    url: `/api/v1/parties/${party_id}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ note: 'changed' }),
  })
  const firm = await post('/parties', {
    kind: 'organisation',
    name: `${marker} 公司`,
    unit_id,
    owner_id: user_id,
  })
  const product = await post('/products', { code: marker, name: '产品', source: 'walk' })
  const order = await post('/orders', {
    party_id,
    source: 'walk',
    number: marker,
    ordered_at: '2024-02-29T10:00:00.000Z',
    currency: 'GBP',
    lines: [{ product_id: product['id'], quantity: 2, price_micro: 2_500_000 }],
  })
  const rows = await belongings(house, { party_id, firm_id: Number(firm['id']), user_id, unit_id, marker })
  const ids: Record<string, string | number> = {
    key: marker,
    parties: party_id,
    audit: rows['audit_id']!,
    orders: Number(order['id']),
    products: Number(product['id']),
    users: user_id,
    units: unit_id,
    ...rows,
  }
  return {
    unit_id,
    branch_id,
    user_id,
    party_id,
    marker,
    id: (path, param) => ids[param === 'id' ? path.split('/')[1]! : param] ?? 1,
  }
}

type Owner = { party_id: number; firm_id: number; user_id: number; unit_id: number; marker: string }
async function belongings(
  house: TestHouse,
  { party_id, firm_id, user_id, unit_id, marker }: Owner,
): Promise<Record<string, number>> {
  const row = await one<Record<string, number>>(
    house,
    `
    with i as (insert into import (kind, source, file_name, file_bytes, state, unit_id, created_by, created_at, mapping, options)
               values ('parties', 'walk', $4, 8, 'uploaded', $3, $2, now(), $5, $6) returning import_id),
    r as (insert into job_run (job, subject, state, started_by, unit_id, created_at, updated_at)
          values ('parties.rebuild_list', json_build_object('file', $4::text), 'running', $2, $3, now(), now()) returning run_id),
    k as (insert into api_key (name, hash, hint, role_id, unit_id, created_at)
          select $4, sha256(convert_to($4, 'UTF8')), 'gx_', role_id, $3, now() from role where code = 'walker' returning key_id),
    e as (insert into export_run (export_id, actor_kind, actor_id, key, list, format, rows_total, started_at, updated_at)
          values (nextval('entity_id'), 'user', $2, $4, 'parties', 'csv', 1, now(), now())),
    s as (insert into spend (party_id, unit_id, owner_id, spent_on, purpose, driver, amount_minor, currency, base_minor, note, created_at)
          values ($1, $3, $2, '2024-02-28', 'win', 'service', 1200, 'GBP', 1200, $4, now()) returning spend_id),
    n as (insert into need (party_id, category, need_minor, currency, our_share, source, known_on, created_at)
          values ($1, $4, 90000, 'GBP', 0.4, 'visit', '2024-02-28', now()) returning need_id),
    c as (insert into subscription (party_id, name, started_on, period_months, amount_minor, currency, created_at)
          values ($1, $4, '2024-01-31', 12, 5000, 'GBP', now()) returning subscription_id),
    v as (insert into value_alert (party_id, kind, state, at, currency, last_on, silent_days, usual_days)
          values ($1, 'core_overdue', 'open', now(), 'GBP', '2024-02-28', 90, 30) returning alert_id),
    o as (insert into role (code, name_zh, name_en, grants, created_at) values (lower($4), $4, $4, '{}', now()) returning role_id),
    wh as (insert into webhook (name, url, events, role_id, unit_id, secret, created_at, updated_at)
           select $4, 'https://hook.example/' || $4, '{parties.created}', role_id, $3, 'x', now(), now() from role where code = 'walker' returning webhook_id),
    -- the company's words, whoever's rows they stand in: without the marker
    cf as (insert into custom_field (key, kind, label_en, position, created_at, updated_at)
           values ('rating_' || $1::bigint, 'text', 'Rating ' || $1::bigint, 0, now(), now()) returning custom_field_id),
    wd as (insert into webhook_delivery (webhook_id, event_id, event, thing_id, party_id, at)
           select webhook_id, 1, 'parties.created', $1, $1, now() from wh returning delivery_id),
    oc as (insert into occasion (party_id, home_party_id, kind, label, calendar, month, day, slot, created_at)
          values ($1, $1, 'other', $4, 'lunar', 8, 15, 2815, now()) returning occasion_id),
    ti as (insert into tie (party_id, home_party_id, other_id, side, tie_id, kind, title, created_at)
          select s.a, s.a, s.b, s.side, nextval, 'works_at', $4, now()
          from nextval('entity_id'), (values ($1::bigint, $7::bigint, 'from'), ($7::bigint, $1::bigint, 'to')) as s (a, b, side)
          returning tie_id),
    nt as (insert into note (party_id, home_party_id, body, author_kind, created_by, created_at)
          values ($1, $1, $4, 'user', $2, now()) returning note_id),
    tk as (insert into task (party_id, home_party_id, title, assignee_id, created_by, created_at)
          values ($1, $1, $4, $2, $2, now()) returning task_id),
    at as (insert into attachment (party_id, home_party_id, attachment_id, name, type, bytes, sha256, scan, created_by, created_at)
          values ($1, $1, nextval('entity_id'), $4, 'text/plain', 2, sha256('ab'), 'unscanned', $2, now()) returning attachment_id),
    ac as (insert into attachment_chunk (party_id, home_party_id, attachment_id, seq, data, at)
          select $1, $1, attachment_id, 0, 'ab', now() from at),
    mg as (insert into party (kind, name, unit_id, owner_id, live, merged_into, created_at, updated_at)
           values ('person', $4 || ' merged', $3, $2, false, $1, now(), now()) returning party_id),
    im as (insert into identity_merge (party_id, survivor_id, at, actor_kind, actor_id, patch)
           select party_id, $1, now(), 'user', $2, '{"changes": [], "left": {"fields": {}, "roles": []}}' from mg returning merge_id),
    pl as (insert into pool (name, unit_id, created_at, updated_at) values ($4, $3, now(), now()) returning pool_id),
    tc as (insert into tag_change (verb, tags, changed_at) values ('delete', array[$4::text], now()) returning change_id),
    sv as (insert into saved_view (list, name, owner_id, state, created_at, updated_at) values ('customers', $4, $2, '{}', now(), now()) returning view_id),
    bu as (insert into party_bulk (bulk_id, root_id, direction, action, state, selected, changed, unit_id, created_by, created_at)
           select nextval, nextval, 'do', '{"do": "assign", "owner_id": null}', 'done', 1, 1, $3, $2, now() from nextval('entity_id') returning bulk_id),
    bk as (insert into backup (file, origin, state, created_at) values ($4 || '.zip', 'found', 'done', now()) returning backup_id)
    select merge_id, import_id as imports, run_id as jobs, key_id as keys, role_id as roles, backup_id as backups, (select view_id from sv) as views, (select bulk_id from bu) as bulk_id, webhook_id as webhooks, (select custom_field_id from cf) as "custom-fields", delivery_id, spend_id as spend, need_id, subscription_id, alert_id as value, occasion_id, (select min(tie_id) from ti) as tie_id,
      (select note_id from nt) as note_id, (select pool_id from pl) as pools, (select change_id from tc) as change_id, (select task_id from tk) as tasks, (select attachment_id from at) as attachment_id,
      (select contact_point_id from contact_point where party_id = $1 order by 1 limit 1) as contact_point_id,
      (select party_role_id from party_role where party_id = $1 order by 1 limit 1) as party_role_id,
      (select audit_id from audit where party_id = $1 and action like 'parties.%' order by audit_id desc limit 1) as audit_id
    from im, i, r, k, o, bk, wh, wd, s, n, c, v, oc`,
    [
      party_id,
      user_id,
      unit_id,
      marker,
      JSON.stringify({ columns: [], options: defaultOptions, said: {} }),
      JSON.stringify(DEFAULT_RUN_OPTIONS),
      firm_id,
    ],
  )
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, Number(value)]))
}
