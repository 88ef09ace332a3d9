import { type Ctx, named } from '../../../kernel/ctx.ts'
import type { Sort } from '../contract.ts'
import { countedLabels } from './count.ts'
import { estimate } from './estimate.ts'
import { remembering } from './remembered.ts'
import { FEW as BUCKETED, roughlyMany } from './rough.ts'
import { aboutAlone } from './sample.ts'
import { aboutHowMany, inAll } from './taste.ts'
import { knowsHeads, Params, type Part, plainly, type Where } from './where.ts'

/** How a page is read. Whichever it is, the page is the same: only its time differs. */
export type Plan =
  /** most: where words find more than these of everybody, it is planned anew, knowing that */
  | { way: 'gather'; most?: number }
  | {
      way: 'walk'
      where: Where
      /** so many match, more than are counted */
      about?: number
      /** after so many entries of the index without a full page what matches is gathered */
      within?: number
    }

const gathering: Plan = { way: 'gather' }

// unscoped: sizes of everybody's part only pick a plan
// One row looked at in the table takes as long as about so many entries of a sort index.
const ROW = 20
/** So many rows are gathered and sorted in time, wherever in the order they stand. */
const FEW = 5000
const PAGE = 51
// Where a label stands in some units only, walking theirs beats walking everybody's: one look into the index each.
const NARROWER = 0.8
const ARMS = 200

/** `isMany`: the words are known to find more than `FOUND` of everybody. */
export async function planOf(ctx: Ctx, where: Where, sort: Sort, isMany = false): Promise<Plan> {
  if (!where.live) return gathering
  if (where.tree || where.unowned) return byTaste(ctx, where)
  if (where.q) return bySearch(ctx, where, sort, isMany)
  if (where.part.kind === 'owner' || where.roles.length + where.tags.length === 0)
    return { way: 'walk', where }
  return byLabels(where, await sizesOf(ctx, countedLabels(where)))
}

// More are told as about so many. Above 10,000 by more than a taste errs.
const MANY = 15_000
// Fewer too, where a walk meets no more rows than this before its page is full: to gather them is to look at all, of a million
// 600 ms of PostgreSQL, where such a walk takes 100 to 200.
const WALKED = 10_000

/** What a filter finds the planner cannot guess; a taste of the table can. An owner's are few. */
async function byTaste(ctx: Ctx, where: Where): Promise<Plan> {
  if (where.part.kind === 'owner') return gathering
  const alone = (await aboutAlone(ctx, where))?.found
  // Buckets and the index over all fields know nothing of units: whoever of everybody is in them is passed over.
  const everybody = await aboutAlone(ctx, { ...where, part: { kind: 'all' }, unit_ids: null })
  const few = everybody?.found ?? (await roughlyMany(ctx, where))
  if (few !== null && few < BUCKETED) return gathering
  const about = alone ?? (await aboutHowMany(ctx, where))
  const all = await inAll(ctx)
  const walks =
    about > MANY ||
    (where.roughly
      ? isSoonerWalked(about, all, await shareOfPart(ctx, where))
      : about > (PAGE * all) / WALKED)
  return about > 0 && walks ? { way: 'walk', where: alongAll(where), about } : gathering
}

/**
 * Where buckets say who may be meant. In looks at a row: a page is met after so many of the part's; to gather is one for each that
 * is found, and of units a tenth for each of everybody's in the buckets and a twentieth for each of theirs.
 */
function isSoonerWalked(about: number, all: number, share: number): boolean {
  const gathered = share < 1 ? about + about / share / 10 + (all * share) / 20 : about
  return (PAGE * all * share) / about < gathered
}

// Whom letters find may stand far down the order of names, together.
const NAMES_WALKED = 60_000

// So many rows are looked at in time, whatever the planner guesses: of letters within words it is off by ten.
const FOUND = 20_000

async function bySearch(ctx: Ctx, where: Where, sort: Sort, isMany: boolean): Promise<Plan> {
  // An owner's are few, and their index knows what words begin with.
  if (where.part.kind === 'owner') return gathering
  const share = await shareOf(ctx, where)
  if (!isMany && !knowsHeads(where) && share.found < 2 * FOUND)
    return where.roles.length + where.tags.length > 0 ? gathering : { way: 'gather', most: FOUND }
  if (!(await isDense(ctx, where, sort, share))) return gathering
  const about = await aboutHowMany(ctx, where)
  return {
    ...{ way: 'walk', where: alongAll(where) },
    ...(about > MANY && { about }),
    ...(sort === 'name' && knowsHeads(where) && { within: NAMES_WALKED }),
  }
}

// So many units' own orders are merged; with more, each would be walked to its end for want of a page.
const MERGED = 3

/** Everybody's order, the others passed over. */
function alongAll(where: Where): Where {
  const { part } = where
  if (part.kind !== 'units' || part.unit_ids.length <= MERGED) return where
  return { ...where, part: { kind: 'all' }, unit_ids: part.unit_ids }
}

const shares = remembering<number>(500)

/** The part of all parties that stands in the units that are asked for. */
export function shareOfPart(ctx: Ctx, { part }: Where): Promise<number> {
  if (part.kind !== 'units') return Promise.resolve(1)
  return shares(ctx.house, part.unit_ids.join(), () => takeShare(ctx, part))
}

async function takeShare(ctx: Ctx, part: Part & { kind: 'units' }): Promise<number> {
  const units = (await sizesOf(ctx, [])).get('') ?? new Map<number, number>()
  const sum = (ids: Iterable<number>) => [...ids].reduce((total, id) => total + (units.get(id) ?? 0), 0)
  return sum(part.unit_ids) / Math.max(1, sum(units.keys()))
}

type Sizes = Map<string, Map<number, number>>

/** Units that have none of a label are not walked at all; what is rare everywhere is gathered. */
export function byLabels(where: Where, sizes: Sizes): Plan {
  const of = (label: string, unit_id: number) => sizes.get(label)?.get(unit_id) ?? 0
  const labels = countedLabels(where)
  const everywhere = [...(sizes.get('')?.keys() ?? [])]
  const total = (label: string, units: readonly number[]) =>
    units.reduce((sum, unit_id) => sum + of(label, unit_id), 0)
  const reached = where.part.kind === 'units' ? where.part.unit_ids : everywhere
  const units = reached.filter((unit_id) => labels.every((label) => of(label, unit_id) > 0))
  const population = total('', units)
  const gathered = Math.min(...labels.map((label) => total(label, everywhere)))
  const found = Math.min(...labels.map((label) => total(label, units)))
  const walked = found === 0 ? population : Math.min(population, (PAGE * population) / found)
  const few = gathered <= FEW && population > gathered * ROW
  if (units.length === 0 || few || walked > gathered * ROW) return gathering
  const narrower = population < NARROWER * total('', everywhere) && units.length <= ARMS
  if (where.part.kind === 'units' || narrower)
    return { way: 'walk', where: { ...where, part: { kind: 'units', unit_ids: units } } }
  return { way: 'walk', where }
}

async function sizesOf(ctx: Ctx, labels: readonly string[]): Promise<Sizes> {
  const rows = await named<{ label: string; unit_id: number; n: number }>(
    ctx,
    'parties.sizes',
    'select label, unit_id, sum(delta)::bigint as n from party_count where label = any($1::text[]) group by label, unit_id',
    [['', ...labels]],
  )
  const sizes: Sizes = new Map()
  for (const { label, unit_id, n } of rows) {
    const units = sizes.get(label) ?? new Map<number, number>()
    sizes.set(label, units.set(unit_id, n))
  }
  return sizes
}

// Above this share a search fills its page soonest by walking the order of names; below it by gathering what it finds:
// those whom letters find stand together there, and the walk may have to come a long way.
const DENSE = 0.15
type Share = { found: number; all: number }
const guesses = remembering<Share>(2000)

// With the beginnings of words in the index its entry is passed over in so much of the time that a row takes.
const ENTRY = 0.06
const FEW_ROWS = 1000
/**
 * Along any other order they are strewn: a page costs PAGE ÷ share rows (or entries) to walk and all that is found to gather,
 * the same where found² = PAGE × all ÷ the share of the units that are asked for.
 */
async function isDense(ctx: Ctx, where: Where, sort: Sort, { found, all }: Share): Promise<boolean> {
  const knows = knowsHeads(where)
  if (sort === 'name' && !knows) return found > Math.max(FEW, DENSE * all)
  const share = Math.max(await shareOfPart(ctx, where), 1 / PAGE)
  const walked = Math.sqrt((PAGE * all * (knows ? ENTRY : 1)) / share)
  return found > Math.max(knows ? FEW_ROWS : FEW, walked)
}

const shareOf = (ctx: Ctx, where: Where): Promise<Share> =>
  guesses(ctx.house, JSON.stringify([where.q, where.roles, where.tags, where.kind, where.country]), () =>
    guessShare(ctx, where),
  )

async function guessShare(ctx: Ctx, where: Where): Promise<Share> {
  const params = new Params()
  const from = `from party_listed r where ${plainly({ ...where, part: { kind: 'all' }, unit_ids: null }, 'r', params).join(' and ')}`
  const [found, all] = await Promise.all([estimate(ctx, from, params.values), inAll(ctx)])
  return { found, all: Math.max(1, all) }
}
