import { type Ctx, named, type Reach } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { masked, reachOf } from '../../../kernel/scope.ts'
import { type Phrase, phrase } from '../../../kernel/text.ts'
import { companyOf } from '../company.ts'
import { contactKinds } from '../contract.shapes.ts'
import { bucketsReady } from '../fields/bucketed.ts'
import { bucketed, bucketsFor } from '../fields/buckets.ts'
import { fieldsSeen, labelOf } from '../fields/catalogue.ts'
import { ownRoles } from '../labels/known.ts'
import type { Alone } from '../list/sample.ts'
import { aliasesOf } from '../merging/survivor.ts'
import { builtIn, customField, type FilterField, operators, sinceField } from '../rules.filter.ts'
import { dayIn, latestDay, maskOf } from '../rules.ts'
import { filterText } from '../text.filter.ts'
import { type Checked, check } from './check.ts'
import { figuresKnown } from './figures.ts'
import { every, not, type Piece, piece, some, val } from './piece.ts'
import { qualityKnown } from './quality.ts'
import { slotRange } from './sql.custom.ts'
import { type Asker, conditionSql } from './sql.ts'
import { conditionsOf, FilterFault, isCondition, type Numbered, parseFilter, type Tree } from './tree.ts'

/** What of a filter the list's own ways answer (marks, counted labels, an owner's own order), and the rest of it. */
export type Read = {
  roles: string[]
  tags: string[]
  kind: string | null
  country: string | null
  owner: number | 'me' | 'none' | null
  unit_id: number | null
  rest: Piece | null
  /** where the rest is one condition on a custom field */
  alone: Alone | null
  /** and its slots tell who meets it: rows `s` of party_slot, one a party */
  among: Piece | null
  /** slots that all who meet it have, for whoever reads all of them rather than a page */
  slotted: Piece | null
  /** where only rows `k` of party_bucket can meet the rest: which */
  roughly: Piece | null
}

/** What the simple parameters ask already; the tree then says its own beside it. */
type Taken = Pick<Read, 'kind' | 'country' | 'owner' | 'unit_id'>

/** As the caller may ask it; what they may not see is refused as if it were not there. */
export async function readFilter(ctx: Ctx, text: string, taken: Taken): Promise<Read> {
  try {
    const tree = parseFilter(text)
    const asked = conditionsOf<Numbered>(tree)
    const known = await knownFields(
      ctx,
      asked.map((one) => one.field),
    )
    const today = dayIn(ctx.now, ctx.zone)
    const checked = new Map<Numbered, Checked>()
    for (const one of asked) checked.set(one, await referring(ctx, checkOne(ctx, one, known, today)))
    const lifted = lift(tree, checked, taken)
    const asker = await askerOf(ctx, [...checked.values()])
    const rest = lifted.rest.map((node) => sqlOf(node, checked, asker))
    const roughly = roughlyOf({ all: lifted.rest }, checked)
    return {
      ...lifted,
      rest: rest.length === 0 ? null : every(rest),
      ...aloneOf(lifted.rest, checked),
      slotted: slottedOf(lifted.rest, checked),
      roughly: roughly && (await bucketsReady(ctx)) ? roughly : null,
    }
  } catch (error) {
    if (error instanceof FilterFault)
      return refuse(
        error.code,
        400,
        inWords(ctx, error, await knownFields(ctx, [String(error.details['field'])])),
      )
    throw error
  }
}

async function knownFields(ctx: Ctx, asked: readonly string[]): Promise<ReadonlyMap<string, FilterField>> {
  const custom = (await fieldsSeen(ctx)).map((one) => customField(one))
  const judged = await qualityFields(ctx, asked)
  const house = [...builtIn.values()].flatMap((one) => (one.quality ? judged(one) : [one]))
  const since = (await ownRoles(ctx)).map(sinceField)
  return new Map([...house, ...since, ...custom].map((one) => [one.key, one]))
}

/** Who may not read the quality of data has no such fields. */
async function qualityFields(
  ctx: Ctx,
  asked: readonly string[],
): Promise<(field: FilterField) => FilterField[]> {
  const quality = qualityKnown()
  if (!asked.some((key) => builtIn.get(key)?.quality) || !quality || !reachOf(ctx.who, quality.may))
    return () => []
  const options = await quality.options(ctx)
  return (field) => [{ ...field, ...(options[field.key] ? { options: options[field.key]! } : {}) }]
}

function checkOne(ctx: Ctx, one: Numbered, known: ReadonlyMap<string, FilterField>, today: string): Checked {
  const field = known.get(one.field)
  if (!field) throw new FilterFault('field', { n: one.n, field: one.field })
  const figures = figuresKnown()
  if (field.figures && !(figures && reachOf(ctx.who, figures.may)))
    throw new FilterFault('field', { n: one.n, field: one.field })
  const checked = check(one, field, today)
  if (field.mask && masked(ctx, field.mask) && checked.test.is !== 'filled')
    throw new FilterFault('withheld', { n: one.n, field: one.field })
  return checked
}

/** Who was merged is still referred to by the id of before. */
async function referring(ctx: Ctx, checked: Checked): Promise<Checked> {
  const { field, test } = checked
  if (field.shape !== 'party' || test.is !== 'ids') return checked
  const ids = test.values.filter((id) => typeof id === 'number')
  return { ...checked, test: { ...test, values: await aliasesOf(ctx, ids) } }
}

function sqlOf(node: Tree, checked: ReadonlyMap<Numbered, Checked>, asker: Asker): Piece {
  if (isCondition<Numbered>(node)) return conditionSql(checked.get(node)!, asker)
  if ('not' in node) return not(sqlOf(node.not, checked, asker))
  if ('all' in node) return every(node.all.map((child) => sqlOf(child, checked, asker)))
  return some(node.any.map((child) => sqlOf(child, checked, asker)))
}

function aloneOf(
  [only, ...more]: readonly Tree[],
  checked: ReadonlyMap<Numbered, Checked>,
): Pick<Read, 'alone' | 'among'> {
  const { field, test, negated } =
    only && more.length === 0 && isCondition<Numbered>(only) ? checked.get(only)! : NONE
  if (!field?.custom) return { alone: null, among: null }
  const { key, rules } = field.custom
  return {
    alone: { key, test, negated, currency: rules.currency ?? '' },
    among: negated ? null : slotRange(field.custom, test),
  }
}
const NONE = { field: null, test: null, negated: false }

function slottedOf(nodes: readonly Tree[], checked: ReadonlyMap<Numbered, Checked>): Piece | null {
  const found = nodes.flatMap((node) => {
    const one = isCondition<Numbered>(node) ? checked.get(node)! : null
    const range = one?.field.custom && !one.negated ? slotRange(one.field.custom, one.test) : null
    return range ? [piece`exists (select from party_slot s where s.party_id = §.party_id and ${range})`] : []
  })
  return found.length === 0 ? null : every(found)
}

/** What buckets tell of a tree: of some that all must meet one is enough, of alternatives each must. Of a contrary nothing. */
function roughlyOf(node: Tree, checked: ReadonlyMap<Numbered, Checked>): Piece | null {
  if (isCondition<Numbered>(node)) {
    const { field, test, negated } = checked.get(node)!
    const buckets =
      field.custom && !negated ? bucketsFor(field.custom.kind, field.custom.custom_field_id, test) : null
    return buckets && bucketed(buckets)
  }
  if ('not' in node) return null
  const pieces = ('all' in node ? node.all : node.any).map((child) => roughlyOf(child, checked))
  const known = pieces.filter((one) => one !== null)
  if ('all' in node) return known.length === 0 ? null : every(known)
  return known.length < pieces.length || known.length === 0 ? null : some(known)
}

type Lifted = Omit<Read, 'rest' | 'alone' | 'among' | 'slotted' | 'roughly'> & { rest: Tree[] }

/** Conditions that all must meet, and that the list has a quick way for. */
function lift(tree: Tree, checked: ReadonlyMap<Numbered, Checked>, taken: Taken): Lifted {
  const out: Lifted = {
    ...{ roles: [], tags: [], kind: null, country: null, owner: null, unit_id: null },
    rest: [],
  }
  const flat = (node: Tree): readonly Tree[] => ('all' in node ? node.all.flatMap(flat) : [node])
  for (const node of flat(tree)) {
    const one = isCondition<Numbered>(node) ? checked.get(node)! : null
    if (!one || one.negated || !lifted(one, out, taken)) out.rest.push(node)
  }
  return out
}

function lifted({ field, test }: Checked, out: Lifted, taken: Taken): boolean {
  if (test.is === 'options' && !field.custom && (test.all || test.values.length === 1)) {
    if (field.key === 'role') out.roles.push(...test.values)
    else if (field.key === 'tag') out.tags.push(...test.values)
    else if (
      (field.key === 'kind' || field.key === 'country') &&
      out[field.key] === null &&
      taken[field.key] === null
    )
      out[field.key] = test.values[0]!
    else return false
    return true
  }
  if (test.is !== 'ids' || test.values.length !== 1) return false
  const [id] = test.values
  if (field.key === 'owner' && out.owner === null && taken.owner === null && id !== 'left') {
    out.owner = id!
    return true
  }
  if (field.key === 'unit' && test.below && out.unit_id === null && taken.unit_id === null) {
    out.unit_id = id as number
    return true
  }
  return false
}

async function askerOf(ctx: Ctx, checked: readonly Checked[]): Promise<Asker> {
  const wanted = checked.flatMap(({ test }) =>
    test.is === 'ids' && test.below ? test.values.filter((id) => typeof id === 'number') : [],
  )
  const below = new Map<number, number[]>()
  for (const id of new Set(wanted)) below.set(id, await unitsBelow(ctx, id))
  const { base_currency, region } = await companyOf(ctx)
  return {
    user_id: ctx.who.kind === 'user' ? ctx.who.id : null,
    zone: ctx.zone,
    day: latestDay(ctx.now),
    currency: base_currency,
    region,
    below,
    figures: checked.some(({ field }) => field.figures) ? await figuresOf(ctx) : null,
    quality: checked.some(({ field }) => field.quality) ? await qualityOf(ctx) : null,
    hidden: contactKinds.filter((kind) => maskOf[kind] !== null && masked(ctx, maskOf[kind])),
  }
}

async function figuresOf(ctx: Ctx): Promise<Asker['figures']> {
  const figures = figuresKnown()
  const reach = figures && reachOf(ctx.who, figures.may)
  const from = reach && (await figures.filtered.from(ctx))
  if (!from) return null
  return {
    from: piece`from ${from} and v.party_id = §.party_id and ${within(reach)}`,
    columns: figures.filtered.columns,
  }
}

async function qualityOf(ctx: Ctx): Promise<Asker['quality']> {
  const quality = qualityKnown()
  const reach = quality && reachOf(ctx.who, quality.may)
  return reach ? quality.conditions(ctx, within(reach)) : null
}

/** A figure out of its reader's reach is as if there were none. */
const within = (reach: Reach): Piece =>
  reach.kind === 'all'
    ? piece`true`
    : reach.kind === 'own'
      ? piece`§.owner_id = ${val(reach.user_id, 'bigint')}`
      : piece`§.unit_id = any(${val(reach.unit_ids, 'bigint[]')})`

// The unit table is small and shared; this is no walk over parties.
export const unitsBelow = async (ctx: Ctx, unit_id: number): Promise<number[]> => {
  const rows = await named<{ unit_id: number }>(
    ctx,
    'parties.units_below',
    `with recursive down as (
       select unit_id from unit where unit_id = $1
       union select u.unit_id from unit u join down on u.parent_id = down.unit_id
     ) select unit_id from down`,
    [unit_id],
  )
  return rows.map((row) => row.unit_id)
}

type TextKey = keyof typeof filterText
const wordOf = (ctx: Ctx, key: string): string => {
  const found: Phrase | undefined = filterText[key as TextKey]
  return found ? phrase(found, ctx.locale) : key
}

/** The condition by its number and name, and what it wants, in the caller's language. */
function inWords(ctx: Ctx, { details }: FilterFault, known: ReadonlyMap<string, FilterField>) {
  const field = known.get(String(details['field']))
  const label = field?.custom
    ? labelOf(field.custom, ctx.locale)
    : wordOf(ctx, `filter.field.${details['field']}`)
  return {
    ...details,
    ...(details['field'] === undefined ? {} : { label: field ? label : details['field'] }),
    ...(details['wants'] === undefined
      ? {}
      : { wants: wordOf(ctx, `filter.wants.${details['wants']}`), options: field?.options ?? null }),
    ...(details['op'] === undefined ? {} : { known: field ? operators(field) : [] }),
  }
}
