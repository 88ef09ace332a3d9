import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestHouse } from '../../kernel/testing.ts'
import { type FileImport, importFile } from './file.ts'

/** A file as retail systems export it. */
export const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'
export type Line = {
  order: string
  code?: string
  name?: string
  qty?: number
  at?: string
  price?: string
  customer?: string
  country?: string
}
export const row = ({
  order,
  code = '85123A',
  name,
  qty = 6,
  at = '2010-12-01 08:26:00',
  price = '2.55',
  customer = '17850.0',
  country = 'United Kingdom',
}: Line): string => [order, code, name ?? `ITEM ${code}`, qty, at, price, customer, country].join(',')
export const csv = (rows: readonly string[], header = HEADER): string => `${[header, ...rows].join('\n')}\n`

export type Took = Awaited<ReturnType<typeof importFile>>

/** Imports a text through the command line's way in. */
export async function take(
  h: TestHouse,
  content: string | Buffer,
  over: Partial<FileImport> & { name?: string; ctx?: Parameters<TestHouse['ctx']>[0] } = {},
): Promise<Took> {
  const folder = await mkdtemp(join(tmpdir(), 'guanxi-import-'))
  const { name = 'orders.csv', ctx, ...given } = over
  const path = join(folder, name)
  try {
    await writeFile(path, content)
    const report = await importFile(h.ctx(ctx), { kind: 'orders', source: 'shop', path, ...given })
    return report
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The company's head, and the base currency of the retail file. */
export async function found(h: TestHouse): Promise<void> {
  await h.house.pool.query(
    `insert into unit (unit_id, kind, parent_id, name, created_at) values (1, 'headquarters', null, 'HQ', now()), (21, 'branch', 1, 'East', now()), (22, 'branch', 1, 'South', now());
     insert into setting (key, value) values ('base_currency', '"GBP"'), ('time_zone', '"Europe/London"')`,
  )
}

/** Everything that a source's orders come to, whatever the order in which they were imported. */
export async function contents(h: TestHouse, source = 'shop') {
  const { rows } = await h.house.pool.query(
    `select o.number, o.kind, o.ordered_at, o.line_count, o.amount_minor, case when p.kind = 'anonymous' then null else p.name end as customer,
       (select array_agg(concat_ws('|', coalesce(g.code, ''), l.quantity, l.price_micro, l.amount_minor, l.description) order by concat_ws('|', coalesce(g.code, ''), l.quantity, l.price_micro, l.amount_minor, l.description))
        from order_line l left join product g on g.product_id = l.product_id where l.party_id = o.party_id and l.order_id = o.order_id) as lines
     from orders o join party p on p.party_id = o.party_id where o.source = $1 order by o.number`,
    [source],
  )
  return rows
}

/** Columns that must agree with each other, whatever was imported: none may come back. */
export async function inconsistencies(h: TestHouse): Promise<unknown[]> {
  const { rows } = await h.house.pool.query(`
    select 'order sums' as what, o.number from orders o left join order_line l on l.party_id = o.party_id and l.order_id = o.order_id
      group by o.party_id, o.order_id, o.number, o.line_count, o.amount_minor, o.digest
      having count(l.*) <> o.line_count or coalesce(sum(l.amount_minor), 0) <> o.amount_minor or coalesce(sum(l.hash), 0) % 9007199254740992 <> o.digest
    union all select 'lost lines', l.order_id::text from order_line l left join orders o on o.party_id = l.party_id and o.order_id = l.order_id where o.order_id is null
    union all select 'keys', k.number from order_key k left join orders o on o.party_id = k.party_id and o.order_id = k.order_id where o.order_id is null
    union all select 'products', l.order_id::text from order_line l left join product p on p.product_id = l.product_id where l.product_id is not null and p.product_id is null
    union all select 'list', p.party_id::text from party p left join party_listed l on l.party_id = p.party_id
      where (p.kind = 'anonymous') <> (l.party_id is null)
    union all select 'figures', l.party_id::text from party_listed l
      where l.revenue_minor <> (select coalesce(sum(o.base_minor), 0) from orders o where o.party_id = l.party_id)
         or l.order_count <> (select count(*) from orders o where o.party_id = l.party_id and o.kind = 'order')
    union all select 'unsealed', a.audit_id::text from audit a where not exists (select from outbox x where a.audit_id = any(x.audit_ids)) and not exists (select from seal)`)
  return rows
}

export const auditCount = async (h: TestHouse): Promise<number> =>
  (
    await h.house.pool.query<{ n: number }>(
      `select count(*) as n from audit where action <> 'imports.imported'`,
    )
  ).rows[0]!.n

/** The rejects file that the page gives, as text. */
export async function rejectsOf(
  h: TestHouse,
  import_id: number,
  played: Parameters<TestHouse['as']>[0] = {},
): Promise<string> {
  const answer = await h
    .as(played)
    .send({ method: 'GET', url: `/api/v1/imports/${import_id}/rejects.csv`, headers: {} })
  // Response.text() takes the byte order mark away.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await answer.arrayBuffer())
}
