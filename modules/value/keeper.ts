import { type Ctx, planned } from '../../kernel/ctx.ts'
import type { Keeper, Kept, Part, Person } from '../../kernel/personal.ts'

// What is computed of a person and said of their needs goes with them; what was spent and sold on contract is accounting
// and stays without words that name anybody. unscoped: the erasure has reached the party (modules/erasure)

const OF = 'where party_id = $1'

async function parts(ctx: Ctx, { party_id }: Person): Promise<Part[]> {
  const [row] = await planned<Record<'figures' | 'alerts' | 'needs' | 'spend' | 'subscriptions', number>>(
    ctx,
    `select (select count(*) from customer_value ${OF}) as figures, (select count(*) from value_alert ${OF}) as alerts,
       (select count(*) from need ${OF}) as needs, (select count(*) from spend ${OF}) as spend,
       (select count(*) from subscription ${OF}) as subscriptions`,
    [party_id],
  )
  const because = {
    zh: '账务记录须保存；其中写到本人的文字已抹去',
    en: 'Accounting records must be kept; words in them that name the person are gone',
  }
  return [
    {
      what: 'customer_value',
      says: { zh: '价值数据', en: 'Value figures' },
      fate: 'removed',
      count: row!.figures,
    },
    {
      what: 'value_alert',
      says: { zh: '价值预警', en: 'Value alerts' },
      fate: 'removed',
      count: row!.alerts,
    },
    { what: 'need', says: { zh: '需求与份额', en: 'Needs and shares' }, fate: 'removed', count: row!.needs },
    { what: 'spend', says: { zh: '投入', en: 'Spend' }, fate: 'kept', count: row!.spend, because },
    {
      what: 'subscription',
      says: { zh: '订阅', en: 'Subscriptions' },
      fate: 'kept',
      count: row!.subscriptions,
      because,
    },
  ]
}

async function erase(ctx: Ctx, { party_id, mentions }: Person): Promise<void> {
  for (const table of ['customer_value', 'value_alert', 'need', 'value_due'])
    await planned(ctx, `delete from ${table} ${OF}`, [party_id])
  const spend = await planned<{ spend_id: number; note: string; campaign: string | null }>(
    ctx,
    `select spend_id, note, campaign from spend ${OF}`,
    [party_id],
  )
  for (const { spend_id, note, campaign } of spend)
    await planned(ctx, `update spend set note = $3, campaign = $4, digest = null ${OF} and spend_id = $2`, [
      party_id,
      spend_id,
      mentions(note) ? '' : note,
      campaign && mentions(campaign) ? null : campaign,
    ])
  const contracts = await planned<{ subscription_id: number; name: string }>(
    ctx,
    `select subscription_id, name from subscription ${OF}`,
    [party_id],
  )
  for (const { subscription_id, name } of contracts)
    if (mentions(name))
      await planned(ctx, `update subscription set name = $3 ${OF} and subscription_id = $2`, [
        party_id,
        subscription_id,
        `#${subscription_id}`,
      ])
}

async function everything(ctx: Ctx, { party_id }: Person): Promise<Kept[]> {
  const rows = (columns: string, table: string) =>
    planned<Record<string, unknown>>(ctx, `select ${columns} from ${table} ${OF} order by 1`, [party_id])
  return [
    {
      what: 'customer_value',
      says: { zh: '价值数据', en: 'Value figures' },
      rows: await rows(
        'as_of, value_minor, at_risk_minor, revenue_minor, p_alive, lateness, usual_days, expected, x, first_on, last_on, next_on, core, overdue, currency',
        'customer_value',
      ),
    },
    {
      what: 'value_alert',
      says: { zh: '价值预警', en: 'Value alerts' },
      rows: await rows('at, kind, state, silent_days', 'value_alert'),
    },
    {
      what: 'need',
      says: { zh: '需求与份额', en: 'Needs and shares' },
      rows: await rows('known_on, category, need_minor, currency, our_share, rivals, source', 'need'),
    },
    {
      what: 'spend',
      says: { zh: '投入', en: 'Spend' },
      rows: await rows('spent_on, purpose, driver, campaign, amount_minor, currency, hours, note', 'spend'),
    },
    {
      what: 'subscription',
      says: { zh: '订阅', en: 'Subscriptions' },
      rows: await rows('started_on, name, period_months, amount_minor, currency, ended_on', 'subscription'),
    },
  ]
}

export const valueKeeper: Keeper = { parts, erase, everything }
