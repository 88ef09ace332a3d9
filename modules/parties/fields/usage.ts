import { type Ctx, planned } from '../../../kernel/ctx.ts'
import type { CustomField } from './catalogue.ts'
import { sameKey } from './keys.ts'

// unscoped: how many there are, for who defines fields for the whole company

export async function countValues(ctx: Ctx, key: string): Promise<number> {
  const [row] = await planned<{ n: number }>(
    ctx,
    'select count(*)::int as n from party where fields ? $1 and merged_into is null',
    [key],
  )
  return row!.n
}

export async function countOptions(ctx: Ctx, { key, kind }: CustomField): Promise<Record<string, number>> {
  if (kind !== 'choice' && kind !== 'multi_choice') return {}
  const each =
    kind === 'choice'
      ? 'select fields ->> $1 as option from party where fields ? $1'
      : 'select o.option from party, jsonb_array_elements_text(fields -> $1) as o (option) where fields ? $1'
  const rows = await planned<{ option: string; n: number }>(
    ctx,
    `select option, count(*)::int as n from (${each}) v group by option`,
    [key],
  )
  return Object.fromEntries(rows.map(({ option, n }) => [option, n]))
}

const BATCH = 5000

/**
 * Every value gets its key. Answers values that stand at more than one party; then nothing holds, and the caller refuses.
 * Inside a transaction that keeps writers out.
 */
export async function fillKeys(ctx: Ctx, field: CustomField): Promise<{ count: number; value: unknown }> {
  const { key, custom_field_id } = field
  const taken = new Set<string>()
  const doubles = { count: 0, value: null as unknown }
  for (let after = 0; ; ) {
    const rows = await planned<{ party_id: number; value: unknown }>(
      ctx,
      `select party_id, fields -> $1 as value from party where fields ? $1 and party_id > $2 and merged_into is null
       order by party_id limit ${BATCH}`,
      [key, after],
    )
    if (rows.length === 0) return doubles
    const fresh: { party_id: number; value_key: string }[] = []
    for (const { party_id, value } of rows) {
      const value_key = sameKey(field, value)
      if (taken.has(value_key)) {
        doubles.count += 1
        doubles.value ??= value
      } else fresh.push({ party_id, value_key })
      taken.add(value_key)
    }
    await planned(
      ctx,
      `insert into custom_value_key (custom_field_id, value_key, party_id)
       select $1, value_key, party_id from json_to_recordset($2::json) as k (value_key text, party_id bigint)
       on conflict do nothing`,
      [custom_field_id, JSON.stringify(fresh)],
    )
    after = rows.at(-1)!.party_id
  }
}

export const dropKeys = (ctx: Ctx, custom_field_id: number) =>
  planned(ctx, 'delete from custom_value_key where custom_field_id = $1', [custom_field_id])
