import { type Ctx, may, type Reach } from '../../../kernel/ctx.ts'
import {
  type ExportColumn,
  each,
  figure,
  id,
  label,
  money,
  several,
  sqlBetween,
  text,
  time,
  under,
} from '../../../kernel/export/column.ts'
import { type ExportList, exportList } from '../../../kernel/export/list.ts'
import type { FileAnswer } from '../../../kernel/module.ts'
import { refuse } from '../../../kernel/refuse.ts'
import type { Input } from '../../../kernel/route.ts'
import { mask, masked, reachOf, scopeSql } from '../../../kernel/scope.ts'
import type { Words } from '../../../kernel/text.ts'
import { companyOf as settingsOf } from '../../access/company.ts'
import type { ContactKind, parties, Sort } from '../contract.ts'
import { fieldColumns } from '../fields/export.ts'
import { roleWords } from '../labels/known.ts'
import { isContactSql } from '../names/numbers.ts'
import { maskOf } from '../rules.ts'
import { partyHeadings, partyLanguages, type ValueKey, valueHeadings } from '../text.export.ts'
import { text as words } from '../text.ts'
import { asksFigures, isValueSort, type ListFigures } from './figured.ts'
import { isOwnSort, sortOf, sqlOf } from './sorts.ts'
import { Params, resolve, wholly } from './where.ts'

// unscoped: the keys come from where.ts, which cuts the question to the caller's reach; columns only dress them

type Query = Input<typeof parties.exportList>['query']

export const exportWith =
  (figures: ListFigures) =>
  async (ctx: Ctx, { query }: { query: Query }): Promise<FileAnswer> => {
    const { base_currency, time_zone } = await settingsOf(ctx)
    const reach = reachOf(ctx.who, figures.may)
    if (!reach && (asksFigures(query) || namesFigures(query)))
      return refuse('kernel.not_allowed', 403, { permission: figures.may })
    const params = new Params()
    const asked = await askedOf(ctx, query, params)
    const currency = params.$(base_currency, 'text')
    const custom = await fieldColumns(ctx, params)
    const own = {
      headings: { ...ownHeadings, ...custom.headings },
      columns: { ...columnsFor(ctx, currency, await roleWords(ctx)), ...custom.columns },
      from: 'party_listed l',
      joins: { ...joins, jobs: jobs(ctx, params) },
    }
    const list = reach ? await withFigures(ctx, { own, figures, reach, currency }, asked, query, params) : own
    const { where, order } = { ...asked, ...('where' in list ? list : {}) }
    return exportList(
      ctx,
      { name: 'parties', title, ...list },
      { query, where, order, values: params.values, zone: time_zone },
    )
  }

const namesFigures = ({ columns = '' }: Query): boolean =>
  columns.split(',').some((key) => key.trim() in valueHeadings)
const ownHeadings = Object.fromEntries(
  Object.entries(partyHeadings).filter(([key]) => !(key in valueHeadings)),
)

const needing = (columns: Readonly<Record<string, ExportColumn>>) =>
  Object.fromEntries(Object.entries(columns).map(([key, one]) => [key, { ...one, needs: ['value'] }]))

type Own = Pick<ExportList, 'headings' | 'columns' | 'from' | 'joins'>
type Figured = { own: Own; figures: ListFigures; reach: Reach; currency: string }

/** As the list has them: who asks about figures gets customers with figures, and each row's only within their reach. */
async function withFigures(
  ctx: Ctx,
  { own, figures, reach, currency }: Figured,
  asked: { where: string; order: string },
  query: Query,
  params: Params,
): Promise<Own & { where: string; order: string }> {
  const { nothing, columns } = figures.exported
  const source = await figures.source(ctx, params)
  const scope = scopeSql(reach, 'l', params.values.length + 1)
  params.values.push(scope.value)
  const joined = `join ${source ?? nothing} v on v.party_id = l.party_id and ${scope.text}`
  const list = {
    ...own,
    headings: { ...partyHeadings, ...own.headings },
    columns: { ...own.columns, ...needing(columns(currency)) },
  }
  if (!asksFigures(query)) return { ...list, ...asked, joins: { ...own.joins, value: `left ${joined}` } }
  const where = [asked.where, ...figures.conditions(query, params)].join(' and ')
  if (!isValueSort(query.sort)) return { ...list, from: `${own.from} ${joined}`, where, order: asked.order }
  const by = query.order ?? 'desc'
  const order = `${figures.columns[query.sort].column} ${by}, l.party_id ${by}`
  return { ...list, from: `${own.from} ${joined}`, where, order }
}

const title = { zh: '客户', en: 'Customers' }

const columnOf: { readonly [S in Sort]: string } = {
  name: 'name_sort',
  last_order_at: 'last_order_at',
  revenue_minor: 'revenue_minor',
  order_count: 'order_count',
  created_at: 'created_at',
}

/** The list's own conditions and order, without its pages. */
async function askedOf(ctx: Ctx, query: Query, params: Params) {
  const asked = await askedAll(ctx, query, params)
  return { ...asked, where: [asked.where, ...pickedOf(query, params)].join(' and ') }
}

/** Of what matches only those that were chosen, or all but those. */
function pickedOf({ ids, except }: Query, { $ }: Params): string[] {
  const numbers = (list: string) => $(list.split(',').map(Number), 'bigint[]')
  return [
    ...(ids ? [`l.party_id = any(${numbers(ids)})`] : []),
    ...(except ? [`l.party_id <> all(${numbers(except)})`] : []),
  ]
}

async function askedAll(ctx: Ctx, query: Query, params: Params) {
  const where = await resolve(ctx, query)
  if (isOwnSort(query.sort)) return askedBy(ctx, query, params)
  const sort = (isValueSort(query.sort) ? 'name' : (query.sort ?? 'name')) as Sort
  const by = query.order ?? (sort === 'name' ? 'asc' : 'desc')
  return {
    where: where ? wholly(where, 'l', params).join(' and ') : 'false',
    order: `l.${columnOf[sort]} ${by}, l.party_id ${by}`,
  }
}

async function askedBy(ctx: Ctx, query: Query, params: Params) {
  const sort = await sortOf(ctx, query.sort!)
  const where = await resolve(ctx, query)
  const by = query.order ?? (sort.type === 'text' ? 'asc' : 'desc')
  return {
    where: where ? wholly(where, 'l', params).join(' and ') : 'false',
    order: `${sqlOf(sort, 'l', params)} ${by}, l.party_id ${by}`,
  }
}

const points = (kinds: readonly ContactKind[], name: string) =>
  `string_agg(c.value, ${sqlBetween} order by c.preferred desc, c.contact_point_id) filter (where c.kind in (${kinds.map((kind) => `'${kind}'`).join(', ')})) as ${name}`
const contacts = [
  points(['email'], 'email'),
  points(['phone'], 'phone'),
  points(['wechat_openid', 'wechat_unionid'], 'wechat'),
  points(['address'], 'address'),
  points(['web'], 'web'),
].join(',\n      ')
// A source may know people by their e-mail or phone: the kind that hides a number goes along with it.
const IN_ID = '\x1e'
const numbers = `string_agg(concat_ws(chr(30), e.source, e.value,
    (select c.kind from contact_point c where c.party_id = e.party_id and ${isContactSql('e.value', 'c')} limit 1)),
    ${sqlBetween} order by e.source, e.value) as numbers`
/** One look-up for each row, or one pass over the whole table. */
const perParty = (alias: string, columns: string, table: string, t: string) => ({
  few: `left join lateral (select ${columns} from ${table} ${t} where ${t}.party_id = l.party_id) ${alias} on true`,
  many: `left join (select ${t}.party_id, ${columns} from ${table} ${t} group by ${t}.party_id) ${alias} on ${alias}.party_id = l.party_id`,
})
const joins = {
  owner: 'left join app_user o on o.user_id = l.owner_id',
  unit: 'left join unit u on u.unit_id = l.unit_id',
  party: 'join party p on p.party_id = l.party_id',
  contacts: perParty('cs', contacts, 'contact_point', 'c'),
  ids: perParty('es', numbers, 'external_id', 'e'),
}

/**
 * Where a person works and worked, as the importer reads it back: by semicolons, the present first; the other end only
 * where the caller reaches it too. A name that would fall apart is said by number.
 */
function jobs(ctx: Ctx, params: Params): { few: string; many: string } {
  const scope = scopeSql(ctx.reach, 'o', params.values.length + 1)
  params.values.push(scope.value)
  const inOrder = `order by t.is_primary desc, t.until desc nulls first, t.since desc nulls last, t.tie_id`
  const one = (cell: string, name: string) =>
    `case when count(nullif(${cell}, '')) > 0 then string_agg(coalesce(${cell}, ''), '; ' ${inOrder}) end as ${name}`
  const columns = [
    `string_agg(case when o.name ~ '[;；|]' then '#' || o.party_id else o.name end, '; ' ${inOrder}) as organisation`,
    one('t.title', 'title'),
    one('t.since::text', 'since'),
    one('t.until::text', 'until'),
  ].join(', ')
  const from = `from tie t join party_listed o on o.party_id = t.other_id and o.live and (${scope.text}) where t.kind = 'works_at' and t.side = 'from'`
  return {
    few: `left join lateral (select ${columns} ${from} and t.party_id = l.party_id) ts on true`,
    many: `left join (select t.party_id, ${columns} ${from} group by t.party_id) ts on ts.party_id = l.party_id`,
  }
}

type Key = Exclude<keyof typeof partyHeadings, ValueKey>

function columnsFor(ctx: Ctx, currency: string, roles: Words): { readonly [K in Key]: ExportColumn } {
  const needs = ['contacts']
  const contact = (name: string, kind: ContactKind): ExportColumn => {
    const field = maskOf[kind]
    const show =
      field !== null && masked(ctx, field) ? (value: string) => mask(value, field) : (value: string) => value
    return each(`cs.${name}`, show, { needs, width: 26 })
  }
  const job = (name: string, width: number): ExportColumn =>
    text(may(ctx.who, 'ties:read') ? `ts.${name}` : 'null::text', { needs: ['jobs'], width })
  const number = (one: string): string => {
    const [source, value, kind] = one.split(IN_ID) as [string, string, ContactKind?]
    const field = kind ? maskOf[kind] : null
    return `${source}: ${field && masked(ctx, field) ? mask(value, field) : value}`
  }
  return {
    id: id('l.party_id'),
    name: text('l.name', { width: 28 }),
    kind: label('l.kind', under(words, 'kind.'), { width: 10 }),
    roles: several('l.roles', roles),
    owner: text('o.name', { needs: ['owner'], width: 12 }),
    // Who may not look up colleagues does not learn their addresses here.
    owner_email: text(may(ctx.who, 'users:read') ? 'o.email' : 'null::text', { needs: ['owner'], width: 26 }),
    unit: text('u.name', { needs: ['unit'] }),
    country: countryColumn,
    revenue: money('l.revenue_minor', currency),
    currency: text(currency, { width: 10 }),
    orders: figure('l.order_count', { width: 10 }),
    unrated: figure('l.unrated_count', { width: 10 }),
    first: time('l.first_order_at'),
    last: time('l.last_order_at'),
    tags: several('l.tags'),
    email: contact('email', 'email'),
    phone: contact('phone', 'phone'),
    wechat: contact('wechat', 'wechat_openid'),
    address: contact('address', 'address'),
    web: contact('web', 'web'),
    external_ids: each('es.numbers', number, { needs: ['ids'], width: 26 }),
    language: label('p.language', partyLanguages, { needs: ['party'], width: 10 }),
    channel_preference: label('p.channel_preference', under(words, 'channel.'), {
      needs: ['party'],
      width: 12,
    }),
    organisation: job('organisation', 28),
    title: job('title', 16),
    since: job('since', 12),
    until: job('until', 12),
    note: text(`nullif(p.note, '')`, { needs: ['party'], width: 40 }),
    created: time('l.created_at'),
  }
}

const regions = new Map<string, Intl.DisplayNames>()
const countryColumn: ExportColumn = {
  kind: 'text',
  sql: 'l.country',
  say: (code, { locale }) => {
    let names = regions.get(locale)
    if (!names)
      regions.set(locale, (names = new Intl.DisplayNames(locale, { type: 'region', style: 'short' })))
    return names.of(code) ?? code
  },
}
