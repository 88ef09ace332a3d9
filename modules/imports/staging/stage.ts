import type { Kind } from '../targets.ts'
import { orderTables } from './stage.orders.ts'

const partyRows = `
create temp table stage_row (
  line int4 not null, external_id text collate "C", name text not null, kind text, emails text[] not null, phones text[] not null, wechat text,
  address text, country text, country_text text, city text, market_roles text[] not null, tags text[] not null, owner_email text, unit text,
  language text, channel_preference text, organisation text, title text, since text, until text, note text, flags int8 not null, hash int8 not null, custom jsonb, custom_keys jsonb, custom_refs jsonb, reject text
) on commit drop;`

const productRows = `
create temp table stage_row (
  line int4 not null, code text collate "C" not null, name text not null, category text[] not null, unit_cost_micro int8, currency text not null,
  unit text, flags int8 not null, hash int8 not null, reject text
) on commit drop;`

export const stageTables = (kind: Kind): string =>
  kind === 'orders' ? orderTables : kind === 'parties' ? partyRows : productRows
