import type { Actor, Reach, RowScope } from '../../kernel/ctx.ts'

export const rowScopes = ['own', 'team', 'branch', 'all'] as const satisfies readonly RowScope[]
export const unitKinds = ['headquarters', 'branch', 'region', 'team'] as const
export type UnitKind = (typeof unitKinds)[number]
export const maskable = ['phone', 'email', 'address', 'wechat', 'birthday', 'cost'] as const
export type Grants = Readonly<Record<string, RowScope>>

// Things that belong to the whole company: a narrower scope over them would mean nothing, so none is accepted.
const shared = new Set(['webhooks', 'data', 'products', 'roles', 'settings'])
export const scopesOf = (permission: string): readonly RowScope[] =>
  shared.has(permission.split(':')[0]!) ? ['all'] : rowScopes

// ── the tree ────────────────────────────────────────────────────────────────────────────────────
export type UnitNode = { readonly unit_id: number; readonly parent_id: number | null; readonly kind: string }

/** A child stands lower than its parent; a level may be skipped (a team straight below headquarters). */
export const fitsBelow = (kind: string, parent: string): boolean =>
  unitKinds.indexOf(kind as UnitKind) > unitKinds.indexOf(parent as UnitKind)

/** The unit and everything below it. */
export function below(units: readonly UnitNode[], unit_id: number): number[] {
  const children = Map.groupBy(units, (unit) => unit.parent_id)
  const found = [unit_id]
  for (let i = 0; i < found.length; i++)
    for (const child of children.get(found[i]!) ?? []) found.push(child.unit_id)
  return found
}

/**
 * What `team` and `branch` mean for somebody placed in a unit: the unit with all below it, and the nearest
 * branch above with all below that. Outside every branch (at headquarters) both are the same.
 */
export function placeOf(
  units: readonly UnitNode[],
  unit_id: number,
): Pick<Actor, 'team_units' | 'branch_units'> {
  const byId = new Map(units.map((unit) => [unit.unit_id, unit]))
  let top = byId.get(unit_id)
  while (top && top.kind !== 'branch') top = byId.get(top.parent_id ?? 0)
  const team_units = below(units, unit_id)
  return { team_units, branch_units: top ? below(units, top.unit_id) : team_units }
}

export const moved = (units: readonly UnitNode[], unit_id: number, change: Partial<UnitNode>): UnitNode[] =>
  units.map((unit) => (unit.unit_id === unit_id ? { ...unit, ...change } : unit))

// ── nobody gives what they do not have ──────────────────────────────────────────────────────────
const rank = (scope: RowScope | undefined): number => (scope ? rowScopes.indexOf(scope) : -1)

/** What `after` grants and `before` did not, or not so widely. */
export const raised = (before: Grants, after: Grants): Grants =>
  Object.fromEntries(Object.entries(after).filter(([code, scope]) => rank(scope) > rank(before[code])))

/** Of these grants, those wider than the giver's own. */
export const wider = (grants: Grants, own: Grants): string[] =>
  Object.keys(grants).filter((code) => rank(grants[code]) > rank(own[code]))

/** Masks that the giver has and the receiver would not: giving those away shows what the giver may not see. */
export const unmasked = (masks: readonly string[], own: ReadonlySet<string>): string[] =>
  [...own].filter((field) => !masks.includes(field))

type Placed = Pick<Actor, 'team_units' | 'branch_units'>

/**
 * Of a role held in a place, the permissions whose rows the giver does not all reach. `own` rows of somebody
 * new are none of the giver's, so the permission alone decides there.
 */
export function beyond(giver: Actor, grants: Grants, place: Placed): string[] {
  return Object.entries(grants)
    .filter(([code, scope]) => {
      const held = giver.grants[code]
      if (held === 'all') return false
      if (!held || scope === 'all') return true
      if (scope === 'own') return false
      if (held === 'own') return true
      const mine = new Set(held === 'team' ? giver.team_units : giver.branch_units)
      return !(scope === 'team' ? place.team_units : place.branch_units).every((unit) => mine.has(unit))
    })
    .map(([code]) => code)
}

/** Would this change of the tree widen what the mover reaches? Then they would be giving it to themselves. */
export function gains(mover: Actor, after: readonly UnitNode[]): boolean {
  const scopes = new Set(Object.values(mover.grants))
  const place = placeOf(after, mover.unit_id)
  const grows = (now: readonly number[], then: readonly number[]) => then.some((unit) => !now.includes(unit))
  return (
    (scopes.has('team') && grows(mover.team_units, place.team_units)) ||
    (scopes.has('branch') && grows(mover.branch_units, place.branch_units))
  )
}

export const reachesUnit = (reach: Reach, own_unit: number, unit_id: number): boolean =>
  reach.kind === 'all' || (reach.kind === 'units' ? reach.unit_ids.includes(unit_id) : unit_id === own_unit)

// ── passwords ───────────────────────────────────────────────────────────────────────────────────
export const PASSWORD_MIN = 10

/** The code of what is wrong with a password, or null; `isCommon` tells words that people choose first. */
export function passwordProblem(
  password: string,
  email: string,
  isCommon: (word: string) => boolean,
): string | null {
  const plain = password.normalize('NFKC').toLowerCase()
  if ([...plain].length < PASSWORD_MIN) return 'access.password_short'
  const address = email.toLowerCase()
  const user = address.slice(0, Math.max(0, address.indexOf('@')))
  // The e-mail, or its first half with little else: wangmin2026 for wangmin@….
  const rest = user.length >= 3 ? plain.replaceAll(user, '') : plain
  if (plain === address || (rest !== plain && [...rest].length < 6)) return 'access.password_is_email'
  const core = plain.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  const repeats = new Set(plain).size <= 3
  // A word stays one with digits and marks at either end.
  return repeats || isRun(plain) || isCommon(plain) || isCommon(core) ? 'access.password_common' : null
}

/** 1234567890, 0987654321, 12345678901234, abcdefghij: steps of one, with a wrap from 9 to 0. */
function isRun(text: string): boolean {
  const codes = [...text].map((c) => c.codePointAt(0)!)
  const steps = codes.slice(1).map((code, i) => code - codes[i]!)
  return steps.every((s) => s === 1 || s === -9) || steps.every((s) => s === -1 || s === 9)
}

// ── throttle ────────────────────────────────────────────────────────────────────────────────────
export const THROTTLE_WINDOW_MS = 15 * 60_000
/** Failures that cost nothing: of one account from one network, and of one network over all accounts. */
export const FREE_FAILURES = { account: 5, network: 30 } as const
const FIRST_WAIT_MS = 10_000

/** How long after the last of so many failures the next try must wait: 10 s, 20 s, … at most the window. */
export const waitAfter = (failures: number, free: number): number =>
  failures < free ? 0 : Math.min(FIRST_WAIT_MS * 2 ** Math.min(failures - free, 20), THROTTLE_WINDOW_MS)

/** An IPv6 customer holds at least a /64, so that whole network counts as one address. */
export function networkOf(address: string): string {
  const plain = address.replace(/%.*$/, '').toLowerCase()
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)
  if (mapped) return mapped[1]!
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail?.split(':').filter(Boolean) ?? []
  const groups =
    tail === undefined
      ? left
      : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return `${groups
    .slice(0, 4)
    .map((g) => g.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

// ── company ─────────────────────────────────────────────────────────────────────────────────────
/** The zone as everything here writes it, or null: no offsets, which know no summer time. */
export function zoneOf(name: string): string | null {
  if (!/^[A-Za-z]/.test(name)) return null
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return null
  }
}

let currencies: ReadonlySet<string> | undefined
export const isCurrency = (code: string): boolean =>
  (currencies ??= new Set(Intl.supportedValuesOf('currency'))).has(code)

const byZone: readonly (readonly [RegExp, string])[] = [
  [/^Asia\/(Shanghai|Urumqi|Chongqing|Harbin|Kashgar)$/, 'CNY'],
  [/^Asia\/Hong_Kong$/, 'HKD'],
  [/^Asia\/Macau$/, 'MOP'],
  [/^Asia\/Taipei$/, 'TWD'],
  [/^Asia\/Tokyo$/, 'JPY'],
  [/^Asia\/Seoul$/, 'KRW'],
  [/^Asia\/Singapore$/, 'SGD'],
  [/^Asia\/(Kolkata|Calcutta)$/, 'INR'],
  [/^Europe\/(London|Belfast|Jersey|Guernsey|Isle_of_Man)$/, 'GBP'],
  [/^Europe\/Zurich$/, 'CHF'],
  [
    /^Europe\/(Amsterdam|Athens|Berlin|Brussels|Dublin|Helsinki|Lisbon|Luxembourg|Madrid|Paris|Rome|Vienna)$/,
    'EUR',
  ],
  [/^America\/(New_York|Chicago|Denver|Los_Angeles|Phoenix|Anchorage|Detroit)$/, 'USD'],
  [/^America\/(Toronto|Vancouver|Edmonton|Halifax|Winnipeg)$/, 'CAD'],
  [/^Australia\//, 'AUD'],
]
/** A first guess, until a person chooses or the first orders come. */
export const currencyGuess = (zone: string, locale: string): string =>
  byZone.find(([pattern]) => pattern.test(zone))?.[1] ?? (locale === 'zh-CN' ? 'CNY' : 'USD')
