import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, may, planned } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import { allFields, fieldsSeen, maySee } from '../parties/fields/catalogue.ts'
import type { Rules, RulesWrite } from './contract.ts'
import { builtIn, knownFields, OWN_MAX, type Rule, startingRules } from './rules.ts'

// The rules, each version kept: a score says by which it was made. unscoped: reads no party

type Row = {
  rules_id: number
  rules: Rule[]
  valid_from: string
  changed_by_name: string | null
  version: number
}
const rowsText = `select r.rules_id, r.rules, r.valid_from, u.name as changed_by_name,
  (select count(*)::int from quality_rules e where e.rules_id <= r.rules_id) as version
  from quality_rules r left join app_user u on u.user_id = r.changed_by`

const present = ({ rules_id, rules, valid_from, changed_by_name, version }: Row): Rules => ({
  id: rules_id,
  version,
  rules: complete(rules),
  valid_from,
  changed_by: changed_by_name,
})

/** A rule that a later version of the house brought begins as it starts everywhere. */
const complete = (rules: readonly Rule[]): Rule[] => [
  ...startingRules.map((rule) => ({ ...rule, ...rules.find(({ code }) => code === rule.code) })),
  ...rules.filter(({ code }) => code.startsWith('own_')),
]

export async function rulesInForce(ctx: Ctx): Promise<Rules> {
  const latest = () => planned<Row>(ctx, `${rowsText} order by r.rules_id desc limit 1`, [])
  let [row] = await latest()
  if (!row) {
    // machinery: nobody decided anything yet
    await planned(
      ctx,
      'insert into quality_rules (rules, valid_from) select $1, $2 where not exists (select from quality_rules)',
      [JSON.stringify(startingRules), ctx.now],
    )
    ;[row] = await latest()
  }
  return present(row!)
}

type Sees = (rule: Rule) => boolean
/** A rule over a custom field that the caller's role does not see is not told, nor changed by who is not told of it. */
async function seesRule(ctx: Ctx): Promise<Sees> {
  const known = new Map((await allFields(ctx)).map((field) => [`fields.${field.key}`, field]))
  const sees = (name: string) => {
    const field = known.get(name)
    // Of a field that is gone only the rule is left, for whoever looks after fields to mend.
    return !name.startsWith('fields.') || (field ? maySee(ctx, field) : may(ctx.who, 'fields:write'))
  }
  return ({ required, when }) => [...required, ...when.map(({ field }) => field)].every(sees)
}
const asSeen = (sees: Sees, { rules, ...rest }: Rules): Rules => ({ ...rest, rules: rules.filter(sees) })

export const toldRules = async (ctx: Ctx): Promise<Rules> =>
  asSeen(await seesRule(ctx), await rulesInForce(ctx))

export const rulesHistory = async (ctx: Ctx): Promise<{ items: Rules[] }> => {
  await rulesInForce(ctx)
  const sees = await seesRule(ctx)
  const rows = await planned<Row>(ctx, `${rowsText} order by r.rules_id desc limit 200`, [])
  return { items: rows.map((row) => asSeen(sees, present(row))) }
}

/** Rules are the company's: a part of it cannot change them. */
export function mustReachAll(ctx: Ctx): void {
  if (ctx.reach.kind !== 'all') refuse('quality.whole_company', 422)
}

class Unchanged extends Error {}

/** `then` starts what applies them, in the same transaction. */
export async function writeRules(
  ctx: Ctx,
  body: RulesWrite,
  then: (ctx: Ctx) => Promise<unknown>,
): Promise<Rules> {
  try {
    return await atomically(ctx, async (ctx) => {
      await write(ctx, body)
      await then(ctx)
      return toldRules(ctx)
    })
  } catch (error) {
    if (error instanceof Unchanged) return toldRules(ctx)
    throw error
  }
}

async function write(ctx: Ctx, { rules: given }: RulesWrite): Promise<void> {
  await planned(ctx, 'select pg_advisory_xact_lock(7261151)', [])
  const before = await rulesInForce(ctx)
  expectVersion(ctx, before.version)
  await check(ctx, given)
  const sees = await seesRule(ctx)
  const untold = before.rules.filter((rule) => !sees(rule))
  const rules = complete([...numbered(given, untold), ...untold])
  const changed = changesOf(before.rules, rules)
  if (changed.length === 0) throw new Unchanged()
  await planned(ctx, 'insert into quality_rules (rules, valid_from, changed_by) values ($1, $2, $3)', [
    JSON.stringify(rules),
    ctx.now,
    ctx.who.kind === 'user' ? ctx.who.id : null,
  ])
  await record(ctx, {
    action: 'quality.rules_changed',
    subject: 'quality_rules',
    subject_id: before.id,
    was: Object.fromEntries(
      changed.map((code) => [code, before.rules.find((rule) => rule.code === code) ?? null]),
    ),
    event: { changed },
  })
}

/** Who is not told of a rule cannot know that its number is taken: theirs has the next that is free. */
function numbered(given: RulesWrite['rules'], untold: readonly Rule[]): Rule[] {
  const taken = new Set([...given, ...untold].map(({ code }) => code))
  return given.map((rule) => {
    if (!untold.some(({ code }) => code === rule.code)) return { ...blankRule, ...rule } as Rule
    const free = Array.from({ length: OWN_MAX }, (_, i) => `own_${i + 1}`).find((code) => !taken.has(code))
    if (!free) return refuse('quality.bad_rule', 422, { code: rule.code, reason: 'too_many' })
    taken.add(free)
    return { ...blankRule, ...rule, code: free } as Rule
  })
}

const blankRule = { roles: [], kinds: [], days: null, required: [], when: [], name_zh: '', name_en: '' }

function changesOf(before: readonly Rule[], after: readonly Rule[]): string[] {
  const codes = new Set([...before, ...after].map(({ code }) => code))
  const of = (rules: readonly Rule[], code: string) => {
    const rule = rules.find((one) => one.code === code)
    return rule && JSON.stringify(Object.entries(rule).sort(([a], [b]) => a.localeCompare(b)))
  }
  return [...codes].filter((code) => of(before, code) !== of(after, code))
}

async function check(ctx: Ctx, rules: RulesWrite['rules']): Promise<void> {
  const codes = rules.map(({ code }) => code)
  const twice = codes.find((code, i) => codes.indexOf(code) !== i)
  if (twice) refuse('quality.bad_rule', 422, { code: twice, reason: 'twice' })
  const custom = new Set((await fieldsSeen(ctx)).map(({ key }) => `fields.${key}`))
  for (const { code, required = [], when = [], name_zh = '', name_en = '' } of rules) {
    const mine = /^own_([1-9]\d?)$/.exec(code)
    if (!mine && !(builtIn as readonly string[]).includes(code))
      refuse('quality.bad_rule', 422, { code, reason: 'unknown' })
    if (!mine) continue
    if (Number(mine[1]) > OWN_MAX) refuse('quality.bad_rule', 422, { code, reason: 'too_many' })
    if (!name_zh.trim() && !name_en.trim()) refuse('quality.bad_rule', 422, { code, reason: 'no_name' })
    if (required.length > 0 === when.length > 0) refuse('quality.bad_rule', 422, { code, reason: 'one_kind' })
    for (const field of [...required, ...when.map((one) => one.field)])
      if (!(knownFields as readonly string[]).includes(field) && !custom.has(field))
        refuse('quality.unknown_field', 422, { field })
    for (const { op, value, days } of when)
      if (op === 'older_than' ? days === undefined : !op.endsWith('empty') && !value?.trim())
        refuse('quality.bad_rule', 422, { code, reason: 'no_value' })
  }
}
