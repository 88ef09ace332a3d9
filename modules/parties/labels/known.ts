import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { type Locale, type Phrase, phrase, type Words } from '../../../kernel/text.ts'
import { type MarketRole, marketRoles } from '../contract.ts'
import { isOwnRole } from '../rules.labels.ts'
import { text } from '../text.ts'

// Which market roles there are, and what they are called: the ten of the house, and those of the company's own.

export type Own = { label_zh?: string; label_en?: string; position: number; hidden?: boolean }
export type Kept = Partial<Record<MarketRole, Own>>

// As with custom fields: what one process changes another knows within this time.
const AGE_MS = 2000
type Held = { at: number; kept: Promise<Kept> }
const held = new WeakMap<object, Held>()

export async function storedRoles(ctx: Ctx): Promise<{ value: Kept; version: number }> {
  const [row] = await planned<{ value: Kept; version: number }>(
    ctx,
    `select value, version from label_setting where key = 'market_roles'`,
    [],
  )
  return row ?? { value: {}, version: 0 }
}

function keptRoles(ctx: Ctx): Promise<Kept> {
  const earlier = held.get(ctx.house)
  if (earlier && Date.now() - earlier.at < AGE_MS) return earlier.kept
  const kept = storedRoles({ ...ctx, tx: null }).then(({ value }) => value)
  held.set(ctx.house, { at: Date.now(), kept })
  kept.catch(() => held.delete(ctx.house))
  return kept
}
export const forgetRoles = ({ house }: Pick<Ctx, 'house'>): boolean => held.delete(house)

/** All of them, those that are not offered too. */
export const rolesIn = (kept: Kept): MarketRole[] => [
  ...marketRoles,
  ...(Object.keys(kept) as MarketRole[]).filter(isOwnRole),
]
export const knownRoles = async (ctx: Ctx): Promise<readonly MarketRole[]> => rolesIn(await keptRoles(ctx))
export const ownRoles = async (ctx: Ctx): Promise<readonly MarketRole[]> =>
  (await knownRoles(ctx)).filter(isOwnRole)

/** A role is written only if there is such a one; one that was added a moment ago by another process counts. */
export async function mustKnowRole(ctx: Ctx, role: MarketRole): Promise<void> {
  if ((await knownRoles(ctx)).includes(role)) return
  if (!rolesIn((await storedRoles(ctx)).value).includes(role)) refuse('parties.unknown_role', 422, { role })
}

/** What a role is called here: the company's word, else the house's. */
export function roleName(role: MarketRole, { label_zh = '', label_en = '' }: Partial<Own> = {}): Phrase {
  const said = (text as Words)[`role.${role}`]
  return {
    zh: label_zh || said?.zh || label_en || role,
    en: label_en || said?.en || label_zh || role,
  }
}

/** Every role's name by its code. */
export async function roleWords(ctx: Ctx): Promise<Words> {
  const kept = await keptRoles(ctx)
  return Object.fromEntries(rolesIn(kept).map((role) => [role, roleName(role, kept[role])]))
}

export async function roleSayer(ctx: Ctx): Promise<(role: string, locale?: Locale) => string> {
  const words = await roleWords(ctx)
  return (role, locale = ctx.locale) => (words[role] ? phrase(words[role], locale) : role)
}
