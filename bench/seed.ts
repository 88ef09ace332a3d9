import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { findColumns, headColumns, ownColumns } from '../modules/parties/list/find.columns.ts'
import { labelsOf, listRow } from '../modules/parties/list/project.ts'
import { headsOf } from '../modules/parties/names/heads.ts'
import { bucketRows, defineFields, fieldsOf } from './custom.ts'
import { mixed, nameOf, rolesOf, tagsOf } from './people.ts'

// A company of a million parties, seeded: the same figures give the same rows. Written past the services (COPY),
// with the services' own functions for what they compute, so that lists and searches meet real keys.
export type Seeded = {
  parties: number
  lines: number
  callers: Record<'all' | 'branch' | 'own', Caller>
  units: { branch: number; team: number }
  owner_id: number
  sample_ids: number[]
}
export type Caller = { cookie: string; csrf: string }

const BRANCHES = 5
const TEAMS = 100
const OWNERS = 1000
const FIRST = 10_000_000

const escaped = (text: string) => text.replace(/\\/g, '\\\\')
const array = (items: readonly string[]) =>
  `{${items.map((one) => `"${one.replace(/(["\\])/g, '\\$1')}"`).join(',')}}`

async function copy(client: pg.Client, into: string, rows: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(batched(rows)), client.query(copyFrom(`copy ${into} from stdin`)))
}

function* batched(rows: Iterable<string>): Generator<string> {
  let batch: string[] = []
  for (const row of rows) {
    batch.push(row)
    if (batch.length < 2000) continue
    yield batch.join('')
    batch = []
  }
  yield batch.join('')
}

/** `custom`: with custom fields of each kind. */
export async function seed(
  owner: pg.Client,
  parties: number,
  say: (line: string) => void,
  { custom = false } = {},
): Promise<Seeded> {
  const { teams, root } = await company(owner)
  if (custom) await defineFields(owner)
  const fields = (i: number) => (custom ? fieldsOf(i, FIRST, parties) : {})
  const made = new Date('2026-01-01T00:00:00.000Z').getTime()
  const unit = (i: number) => teams[i % TEAMS]!
  const user = (i: number) => FIRST - OWNERS + (i % OWNERS)
  const at = (i: number) => new Date(made + (mixed(i, 3) % 27_000_000) * 1000).toISOString()
  const indexes = await dropIndexes(owner)
  say(`${parties} parties…`)
  await copy(
    owner,
    'party (party_id, kind, name, owner_id, unit_id, tags, created_at, updated_at, fields)',
    each(parties, (i) => {
      const { name, kind } = nameOf(i)
      return `${FIRST + i}\t${kind}\t${escaped(name)}\t${user(i)}\t${unit(i)}\t${array(tagsOf(i))}\t${at(i)}\t${at(i)}\t${escaped(JSON.stringify(fields(i)))}\n`
    }),
  )
  await copy(
    owner,
    'party_role (party_id, role, since)',
    each(parties, (i) =>
      rolesOf(i)
        .map((role) => `${FIRST + i}\t${role}\t2026-01-01\n`)
        .join(''),
    ),
  )
  await copy(
    owner,
    'contact_point (party_id, home_party_id, kind, value, value_key, created_at)',
    each(
      parties,
      (i) => `${FIRST + i}\t${FIRST + i}\temail\tp${i}@seed.example\tp${i}@seed.example\t${at(i)}\n`,
    ),
  )
  await copy(
    owner,
    'external_id (source, value, party_id, created_at)',
    each(parties, (i) => `seed\tC${i}\t${FIRST + i}\t${at(i)}\n`),
  )
  await copy(
    owner,
    'party_list (party_id, version, unit_id, live, kind, name, name_romanised, name_sort, roles, tags, created_at, marks, search_text, search_chars, search_contact, fields, head1, head2, head3, head4)',
    each(parties, (i) => {
      const { name, kind } = nameOf(i)
      const row = listRow({
        party_id: FIRST + i,
        version: 1,
        unit_id: unit(i),
        owner_id: user(i),
        live: true,
        kind,
        name,
        roles: rolesOf(i),
        tags: tagsOf(i),
        country: null,
        created_at: at(i),
        fields: fields(i),
        external_ids: [`C${i}`],
        contacts: [{ kind: 'email', value_key: `p${i}@seed.example` }],
      })
      return `${[row.party_id, 1, row.unit_id, 't', kind, escaped(name), row.name_romanised, row.name_sort, array(row.roles), array(row.tags), row.created_at, row.marks, row.search_text, escaped(array(row.search_chars)), row.search_contact, escaped(JSON.stringify(row.fields)), row.head1, row.head2, row.head3, row.head4].join('\t')}\n`
    }),
  )
  if (custom) {
    const valued = each(parties, (i) => ({ party_id: FIRST + i, fields: fields(i) }))
    await copy(owner, 'party_bucket (party_id, buckets)', await bucketRows(owner, valued))
  }
  say(`${parties * 5} order lines…`)
  await orders(owner, parties)
  await found(owner)
  say('indexes…')
  for (const index of indexes) await owner.query(index)
  await owner.query(`insert into party_count (label, unit_id, delta)
    select x.label, l.unit_id, count(*) from party_list l, unnest(${labelsOf('l')}) as x (label) group by 1, 2`)
  for (const table of [
    'party',
    'party_list',
    'contact_point',
    'external_id',
    'orders',
    'order_line',
    'order_key',
    'party_role',
    'party_find',
    'party_bucket',
    'party_own',
  ])
    await owner.query(`vacuum analyze ${table}`)
  return {
    parties,
    lines: parties * 5,
    units: { branch: root, team: teams[0]! },
    owner_id: user(0),
    callers: await callers(owner, { root, team: teams[0]!, owner_id: user(0) }),
    sample_ids: Array.from({ length: 500 }, (_, i) => FIRST + (mixed(i, 9) % parties)),
  }
}

function* each<R>(n: number, row: (i: number) => R): Generator<R> {
  for (let i = 0; i < n; i++) yield row(i)
}

async function company(owner: pg.Client): Promise<{ teams: number[]; root: number }> {
  const now = '2026-01-01T00:00:00Z'
  const one = async (text: string, values: unknown[]) =>
    Number((await owner.query<{ id: string }>(text, values)).rows[0]!.id)
  const unit = (parent: number | null, kind: string, name: string) =>
    one(
      'insert into unit (parent_id, kind, name, created_at) values ($1, $2, $3, $4) returning unit_id as id',
      [parent, kind, name, now],
    )
  const root = await one('select unit_id as id from unit where parent_id is null', [])
  const teams: number[] = []
  for (let b = 0; b < BRANCHES; b++) {
    const branch = await unit(root, 'branch', `分公司 ${b}`)
    for (let t = 0; t < TEAMS / BRANCHES; t++) teams.push(await unit(branch, 'team', `团队 ${b}-${t}`))
  }
  await owner.query(`update setting set value = '"GBP"' where key = 'base_currency'`)
  const role = await one("select role_id as id from role where code = 'relationship_manager'", [])
  await owner.query(
    `insert into app_user (user_id, email, name, role_id, unit_id, created_at, updated_at)
    select $1::bigint + i, 'u' || i || '@seed.example', '用户 ' || i, $2, ($3::bigint[])[1 + i % $4], $5, $5 from generate_series(0, $6 - 1) i`,
    [FIRST - OWNERS, role, teams, TEAMS, now, OWNERS],
  )
  return { teams, root }
}

/** Loading under twenty indexes costs several times what building them afterwards does. */
async function dropIndexes(owner: pg.Client): Promise<string[]> {
  const { rows } = await owner.query<{
    name: string
    def: string
  }>(`select c.relname as name, pg_get_indexdef(c.oid) as def from pg_index i
    join pg_class c on c.oid = i.indexrelid where i.indrelid in ('party_list'::regclass, 'party_bucket'::regclass) and not i.indisprimary`)
  for (const { name } of rows) await owner.query(`drop index ${name}`)
  return rows.map((row) => row.def)
}

async function orders(owner: pg.Client, parties: number): Promise<void> {
  await owner.query(`insert into product (product_id, source, code, name, created_at, updated_at)
    select 2000000 + i, 'seed', 'P' || i, 'Product ' || i, now(), now() from generate_series(0, 999) i`)
  // Skewed: a few buy often. 1 order per party on average, 5 lines an order.
  await owner.query(
    `create temp table o as select i, $2::bigint + (power(random(), 2) * ($1 - 1))::bigint as party_id, 1000000000000 + i as order_id,
      timestamptz '2025-01-01' + random() * interval '680 days' as ordered_at from (select setseed(0.42)) s, generate_series(0, $1 - 1) i`,
    [parties, FIRST],
  )
  await owner.query(`insert into order_key select 'seed', 'S' || i, order_id, party_id from o`)
  await owner.query(`insert into orders (party_id, order_id, home_party_id, source, number, kind, ordered_at, currency, line_count, amount_minor, base_minor, digest, created_at, updated_at)
    select party_id, order_id, party_id, 'seed', 'S' || i, 'order', ordered_at, 'GBP', 5, 1000 + i % 90000, 1000 + i % 90000, i, ordered_at, ordered_at from o order by party_id, order_id`)
  await owner.query(`insert into order_line (party_id, order_id, line_no, product_id, kind, quantity, price_micro, amount_minor, hash)
    select party_id, order_id, l, 2000000 + (i * 7 + l) % 1000, 'product', 1 + i % 9, 2500000, (1 + i % 9) * 250, i * 5 + l from o, generate_series(1, 5) l order by party_id, order_id, l`)
  await owner.query(`update party_list l set order_count = f.n, revenue_minor = f.minor, first_order_at = f.first_at, last_order_at = f.last_at
    from (select party_id, count(*) n, sum(base_minor) minor, min(ordered_at) first_at, max(ordered_at) last_at from orders group by 1) f where f.party_id = l.party_id`)
  await owner.query('vacuum full party_list')
}

/** What searches walk, filled in from the list as an upgrade does (modules/parties/list/find.ts). */
async function found(owner: pg.Client): Promise<void> {
  const bits = headColumns.join(', ')
  await owner.query(
    `create temp table heads (party_id bigint, ${headColumns.map((h) => `${h} integer`).join(', ')})`,
  )
  for (let after = 0; ; ) {
    const { rows } = await owner.query<{ party_id: number; search_text: string; search_chars: string[] }>(
      'select party_id::float8, search_text, search_chars from party_list where party_id > $1 order by party_id limit 50000',
      [after],
    )
    if (rows.length === 0) break
    const lines = rows.map(
      (row) => `${[row.party_id, ...headsOf(row.search_text, row.search_chars)].join('\t')}\n`,
    )
    await copy(owner, `heads (party_id, ${bits})`, lines)
    after = rows.at(-1)!.party_id
  }
  await owner.query(`insert into party_find (${findColumns})
    select l.party_id, l.unit_id, 0, greatest(l.created_at, l.last_order_at), ${bits} from heads join party_list l using (party_id)
    order by 4`)
  await owner.query(`insert into party_own (${ownColumns}, last_order_at, revenue_minor, order_count)
    select l.party_id, p.owner_id, 1, true, l.name_sort, l.created_at, greatest(l.created_at, l.last_order_at), l.marks, ${bits},
      l.last_order_at, l.revenue_minor, l.order_count
    from heads join party_list l using (party_id) join party p using (party_id) order by 1`)
  await owner.query(
    `insert into party_find (${findColumns}) values (0, 0, 0, '-infinity', ${headColumns.map(() => 0).join(', ')})`,
  )
  await owner.query('drop table heads')
}

/** Signed-in callers of three scopes, as the access module keeps them: a session is a hash. */
async function callers(
  owner: pg.Client,
  at: { root: number; team: number; owner_id: number },
): Promise<Seeded['callers']> {
  const grants = (scope: string) =>
    JSON.stringify(
      Object.fromEntries(
        [
          ...['parties:read', 'parties:write', 'orders:read', 'products:read'],
          ...(scope === 'all' ? ['fields:write'] : []),
        ].map((p) => [p, scope]),
      ),
    )
  const caller = async (
    scope: 'all' | 'branch' | 'own',
    user_id: number,
    unit_id: number,
  ): Promise<Caller> => {
    await owner.query(
      `insert into role (code, name_zh, name_en, grants, created_at) values ($1, $1, $1, $2, now()) on conflict do nothing`,
      [`bench_${scope}`, grants(scope)],
    )
    if (scope === 'own')
      await owner.query(
        `update app_user set role_id = (select role_id from role where code = 'bench_own') where user_id = $1`,
        [user_id],
      )
    else
      await owner.query(
        `insert into app_user (user_id, email, name, role_id, unit_id, created_at, updated_at)
        select $1, $2, $3, role_id, $4, now(), now() from role where code = $5`,
        [user_id, `${scope}@seed.example`, scope, unit_id, `bench_${scope}`],
      )
    const token = randomBytes(32).toString('base64url')
    const csrf = randomBytes(16).toString('base64url')
    await owner.query(
      `insert into session (token_hash, user_id, csrf, created_at, seen_at, expires_at) values ($1, $2, $3, now(), now(), now() + interval '1 day')`,
      [createHash('sha256').update(token).digest(), user_id, csrf],
    )
    return { cookie: `guanxi_session=${token}`, csrf }
  }
  return {
    all: await caller('all', 1, at.root),
    branch: await caller('branch', 2, at.team),
    own: await caller('own', at.owner_id, at.team),
  }
}
