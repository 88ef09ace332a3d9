import type { PreviewItem } from '../contract.ts'
import type { Run } from './run.types.ts'

// The first rows of each verdict, as a preview shows them.

type Samples = { created: PreviewItem[]; updated: PreviewItem[]; unchanged: PreviewItem[] }
export type StoredSamples = {
  orders_sample: Samples
  parties_sample: Samples
  products_sample: Samples
  rejects_sample: { line: number; raw: string; reasons: unknown[] }[]
}

const SHOWN = 20

export async function sampleOf(run: Run): Promise<StoredSamples> {
  const { tx, kind } = run
  const items = async (text: string, when: Record<keyof Samples, string>): Promise<Samples> => {
    const of = async (where: string) =>
      (await tx.query<PreviewItem>(`${text} where ${where} order by line limit ${SHOWN}`)).rows
    return {
      created: await of(when.created),
      updated: await of(when.updated),
      unchanged: await of(when.unchanged),
    }
  }
  const none: Samples = { created: [], updated: [], unchanged: [] }
  const rejects = await tx.query<StoredSamples['rejects_sample'][number]>(
    `select line, left(raw, 2000) as raw, reasons from stage_reject order by line limit ${SHOWN}`,
  )
  const parties =
    kind === 'products' ? none : await items(kind === 'orders' ? customerItems : partyItems, rowVerdicts)
  return {
    orders_sample: kind === 'orders' ? await items(orderItems, orderVerdicts) : none,
    parties_sample: parties,
    products_sample:
      kind === 'parties' ? none : await items(kind === 'orders' ? codeItems : productItems, rowVerdicts),
    rejects_sample: rejects.rows,
  }
}

const change = (field: string, line_no: string, was: string, becomes: string) =>
  `jsonb_build_object('field', ${field}, 'line_no', ${line_no}, 'was', ${was}, 'becomes', ${becomes})`
const plainNumber = (value: string) => `trim_scale(${value})::text`

// unscoped: judge.orders.ts has turned back what is out of the importer's reach
const orderItems = `
select * from (
  select s.line, s.number as key, coalesce(p.name, c.name, s.customer, '') as party, '' as name, s.lines, s.amount_minor, s.currency, s.changes, s.status, s.changed
  from (
    select o.*, case when o.status = 'new' then o.amount when o.changed then o.amount - o.old_amount else 0 end as amount_minor,
      case when o.changed then (select coalesce(sum((f.what <> 'same')::int), 0) from match_file f where f.head = o.head)::int else o.n end as lines,
      case when o.changed then coalesce(m.changes, '[]') || h.changes else '[]' end as changes
    from stage_order o
    left join lateral (
      select jsonb_agg(c order by n) as changes from (
        select f.line_no as n, case when f.what = 'created'
            then ${change("'line'", 'f.line_no', 'null', `concat(coalesce(x.code, x.description), ' × ', ${plainNumber('f.quantity * 0.0001')})`)}
          when old.quantity <> f.quantity * 0.0001 then ${change("'quantity'", 'f.line_no', plainNumber('old.quantity'), plainNumber('f.quantity * 0.0001'))}
          when old.price_micro <> f.price then ${change("'unit_price'", 'f.line_no', plainNumber('old.price_micro * 0.000001'), plainNumber('f.price * 0.000001'))}
          when old.pkey <> f.pkey then ${change("'product_code'", 'f.line_no', 'old.pkey', 'f.pkey')}
          else ${change("'description'", 'f.line_no', 'old.description', 'x.description')} end as c
        from match_file f join stage_product x using (product) left join match_old old on old.head = f.head and old.line_no = f.line_no
        where f.head = o.head and f.what <> 'same'
        union all
        select r.line_no, ${change("'line'", 'r.line_no', `concat(r.pkey, ' × ', ${plainNumber('r.quantity')})`, 'null')}
        from match_old r where r.head = o.head and r.removed
        order by 1 limit 10) c
    ) m on o.changed
    left join lateral (
      select case when e.kind <> o.kind then jsonb_build_array(${change("'status'", 'null', 'e.kind', 'o.kind')}) else '[]' end
        || case when e.ordered_at <> o.ordered_at then jsonb_build_array(${change("'ordered_at'", 'null', 'e.ordered_at::text', 'o.ordered_at::text')}) else '[]' end
        || case when e.channel <> o.channel then jsonb_build_array(${change("'channel'", 'null', 'e.channel', 'o.channel')}) else '[]' end
        || case when e.store <> o.store then jsonb_build_array(${change("'store'", 'null', 'e.store', 'o.store')}) else '[]' end
        || case when o.moved then jsonb_build_array(${change("'customer_id'", 'null', "case w.kind when 'anonymous' then null else w.name end", 'o.customer')}) else '[]' end as changes
      from orders e join party w on w.party_id = e.party_id where e.party_id = o.old_party_id and e.order_id = o.order_id
    ) h on o.changed
  ) s
  left join stage_customer c on c.value = s.customer left join party p on p.party_id = c.party_id
) items`
const orderVerdicts = {
  created: "status = 'new'",
  updated: 'changed',
  unchanged: "status <> 'new' and not changed",
}

/** A field's value as people know it: names for ids, a list for an array. */
const told = (value: string) => `
  case when key like 'fields.%' then (${value})::text else case key when 'owner_id' then (select u.name from app_user u where u.user_id = (${value} #>> '{}')::bigint)
    when 'unit_id' then (select u.name from unit u where u.unit_id = (${value} #>> '{}')::bigint)
    when 'tags' then (select string_agg(t, ', ') from jsonb_array_elements_text(${value}) t)
    else ${value} #>> '{}' end end`
const fieldChanges = (was: string, now: string) => `
  (select coalesce(jsonb_agg(jsonb_build_object('field', key, 'line_no', null, 'was', ${told(`${was} -> key`)}, 'becomes', ${told(`coalesce(${now} -> key, ${now} -> 'fields' -> substr(key, 8))`)}) order by key), '[]')
   from jsonb_object_keys(${was}) as k (key))
  || (select coalesce(jsonb_agg(jsonb_build_object('field', kind, 'line_no', null, 'was', null, 'becomes', value)), '[]')
      from stage_contact k where not s.created and k.party_id = s.party_id)
  || (select coalesce(jsonb_agg(jsonb_build_object('field', 'market_roles', 'line_no', null, 'was', null, 'becomes', role)), '[]')
      from stage_role r where not s.created and r.party_id = s.party_id)`
const customerItems = `
select * from (
  select c.line, c.value as key, '' as party, coalesce(s.name, p.name, c.name, '') as name, c.heads::int as lines, null::bigint as amount_minor, null as currency,
    case when s.changed then ${fieldChanges('s.was', 'to_jsonb(s)')} else '[]' end as changes, coalesce(s.created, false) as created, coalesce(s.changed, false) as changed
  from stage_customer c left join party p on p.party_id = c.party_id
  left join stage_party s on (s.created and s.key = c.value) or (s.changed and s.party_id = c.party_id)
) items`
const partyItems = `
select * from (
  select r.line, r.key, '' as party, coalesce(s.name, p.name, r.name) as name, 1 as lines, null::bigint as amount_minor, null as currency,
    case when s.changed then ${fieldChanges('s.was', 'to_jsonb(s)')} else '[]' end as changes, coalesce(s.created, false) as created, coalesce(s.changed, false) as changed
  from stage_row r left join party p on p.party_id = r.party_id left join stage_party s on s.line = r.line where r.reject is null
) items`
const rowVerdicts = { created: 'created', updated: 'changed', unchanged: 'not created and not changed' }

const codeItems = `
select line, code as key, '' as party, name, 1 as lines, null::bigint as amount_minor, null as currency, '[]'::jsonb as changes from stage_code`
const productItems = `
select * from (
  select s.line, s.code as key, '' as party, s.name, 1 as lines, null::bigint as amount_minor, null as currency, s.created, coalesce(s.changed, false) as changed,
    case when s.changed then (
      select jsonb_agg(jsonb_build_object('field', case key when 'category_id' then 'category' else key end, 'line_no', null, 'was', was, 'becomes', becomes) order by key)
      from (
        select key, case key when 'category_id' then (select c.name from category c where c.category_id = (s.was ->> key)::bigint) else s.was ->> key end as was,
          case key when 'category_id' then array_to_string(s.category, ' / ') when 'unit_cost_micro' then s.cost::text when 'cost_currency' then s.currency
            else to_jsonb(s) ->> key end as becomes
        from jsonb_object_keys(s.was) as k (key)
      ) c where was is distinct from becomes
    ) else '[]' end as changes
  from stage_code s
) items`
