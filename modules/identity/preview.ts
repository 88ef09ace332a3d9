import { type Ctx, planned } from '../../kernel/ctx.ts'
import type { Follows } from '../../kernel/follow.ts'
import { notFound } from '../../kernel/refuse.ts'
import { phrase } from '../../kernel/text.ts'
import { fieldsSeen, labelOf } from '../parties/fields/catalogue.ts'
import { namesOf } from '../parties/list/names.ts'
import {
  customKey,
  fieldsOf,
  heldIn,
  type Row,
  same,
  taken,
  usual,
  withField,
} from '../parties/merging/fields.ts'
import { readRows } from '../parties/merging/rows.ts'
import { type Loaded, loadParty, present } from '../parties/party.ts'
import type { MergeField, MergePreview } from './contract.ts'
import { mustFit } from './merge.ts'
import { movingOf } from './moving.ts'
import { fieldText } from './text.ts'

type Asked = { params: { id: number }; query: { with: string } }

/** As a merge with nothing said would make it. unscoped: loadParty reaches each of them. */
export async function previewMerge(
  follows: readonly Follows[],
  ctx: Ctx,
  { params, query }: Asked,
): Promise<MergePreview> {
  const ids = [
    params.id,
    ...new Set(
      query.with
        .split(',')
        .map(Number)
        .filter((id) => id !== params.id),
    ),
  ]
  const loaded: Loaded[] = []
  for (const id of ids) loaded.push(await loadParty(ctx, id))
  const rows = await readRows(ctx, ids)
  const row = (id: number): Row => rows.find((one) => one.party_id === id) ?? notFound()
  const survivor = row(params.id)
  if (ids.length === 1) mustFit(survivor, survivor)
  for (const id of ids.slice(1)) mustFit(survivor, row(id))
  const shown = await Promise.all(loaded.map((party) => present(ctx, party)))
  const mine = loaded[0]!
  const brief = shown.map(({ id, name, kind, version, unit, owner, order_count, created_at }) => ({
    id,
    name,
    kind,
    version,
    unit,
    owner,
    order_count,
    created_at,
  }))
  const held = new Set(mine.contacts.map(({ kind, value_key }) => `${kind} ${value_key}`))
  return {
    survivor: brief[0]!,
    others: brief.slice(1),
    fields: await fieldsShown(ctx, ids.map(row)),
    contacts: shown.flatMap((party, i) =>
      party.contact_points.map(({ kind, value, withheld, id }) => {
        const { value_key } = loaded[i]!.contacts.find((one) => one.id === id)!
        return { kind, value, withheld, party_id: party.id, twice: i > 0 && held.has(`${kind} ${value_key}`) }
      }),
    ),
    roles: shown.flatMap((party) =>
      party.roles.map(({ id: _, ...role }) => ({ ...role, party_id: party.id })),
    ),
    external_ids: shown.flatMap((party) => party.external_ids.map((one) => ({ ...one, party_id: party.id }))),
    moves: await movesShown(ctx, follows, params.id, ids.slice(1)),
  }
}

async function fieldsShown(ctx: Ctx, rows: readonly Row[]): Promise<MergeField[]> {
  const seen = new Map((await fieldsSeen(ctx)).map((field) => [field.key, field]))
  const [a, ...others] = rows as [Row, ...Row[]]
  const names = await namesOf(ctx, rows)
  const word = (field: string, value: unknown): unknown => {
    if (field === 'owner_id')
      return value === null ? null : { id: value, name: names.owners.get(value as number) ?? '' }
    return field === 'unit_id' ? { id: value, name: names.units.get(value as number) ?? '' } : value
  }
  const all = [...new Set(others.flatMap((other) => fieldsOf(a, other)))]
  return all.flatMap((field): MergeField[] => {
    const key = customKey(field)
    const custom = key === null ? null : seen.get(key)
    // A field that the caller's role may not see goes by the rule, unseen.
    if (custom === undefined) return []
    let after = a
    let from: unknown = 'a'
    for (const other of others) {
      const take = usual(field, heldIn(after, field), heldIn(other, field))
      if (take !== 'a') from = take === 'b' ? { from: other.party_id } : 'both'
      after = withField(
        after,
        field,
        taken(field, heldIn(after, field), heldIn(other, field), { from: take }),
      )
    }
    return [
      {
        field,
        label: custom
          ? labelOf(custom, ctx.locale)
          : phrase(fieldText[field as keyof typeof fieldText], ctx.locale),
        values: rows.map((one) => ({
          party_id: one.party_id,
          value: word(field, heldIn(one, field) ?? null),
        })),
        differs: others.some((other) => !same(heldIn(a, field), heldIn(other, field))),
        usual: from,
        result: word(field, heldIn(after, field) ?? null),
      },
    ]
  })
}

async function movesShown(
  ctx: Ctx,
  follows: readonly Follows[],
  survivor_id: number,
  others: readonly number[],
): Promise<MergePreview['moves']> {
  const moves: MergePreview['moves'] = []
  for (const { table, along, says, once = [] } of movingOf(follows)) {
    if (along || !says) continue
    const twice = once.map(
      (set) =>
        `exists (select from "${table}" a where a.party_id = $2 and ${set.map((c) => `a."${c}" = x."${c}"`).join(' and ')})`,
    )
    const [row] = await planned<{ count: number; aside: number }>(
      ctx,
      `select count(*) as count, count(*) filter (where $2::bigint is not null and (${twice.join(' or ') || 'false'})) as aside
       from "${table}" x where x.party_id = any($1::bigint[])`,
      [others, survivor_id],
    )
    if (row!.count > 0) moves.push({ table, label: phrase(says, ctx.locale), ...row! })
  }
  return moves
}
