import { type Ctx, may, planned } from '../../kernel/ctx.ts'
import { notFound, refuse } from '../../kernel/refuse.ts'
import { reachOf } from '../../kernel/scope.ts'
import { type Phrase, phrase } from '../../kernel/text.ts'
import { wordsOf as permissionWords } from '../access/permissions.ts'
import { customOf, isUndoable } from '../parties/history/history.ts'
import { hangingOn, undoChange } from '../parties/history/undo.ts'
import { loadParties } from '../parties/party.ts'
import type { ProductPatch } from '../products/contract.ts'
import { getProduct, removeProduct, restoreProduct, updateProduct } from '../products/products.ts'
import type { Undo } from './contract.ts'
import { present, type Stored, storedOf } from './rows.ts'
import { conditionsOf, type Found } from './search.ts'
import { text } from './text.ts'
import { type Judged as HouseJudged, housePermissions, judge, putBack, wayOf } from './undo.house.ts'

// One change put back, as a change of its own, by whoever may make that change. Never beside a later one that builds
// on it: that one is named instead.

const PARTY_SUBJECTS = new Set(['party', 'contact_point', 'party_role', 'external_id'])
const PRODUCT_ACTIONS = new Set(['products.updated', 'products.removed', 'products.restored'])
const SHOWN = 10

const writes = (stored: Stored): string =>
  wayOf(stored)?.may ?? (stored.subject === 'product' ? 'products:write' : 'parties:write')

export async function undoOf(ctx: Ctx, stored: Stored): Promise<Undo> {
  const no = (why: Phrase, params: Record<string, unknown> = {}, more: Partial<Undo> = {}): Undo => ({
    possible: false,
    why: phrase(why, ctx.locale, params),
    depends: [],
    version: null,
    ...more,
  })
  if (stored.payload === null) return no(text['audit.undo_erased'])
  const way = wayOf(stored)
  const ours = way || PARTY_SUBJECTS.has(stored.subject) || PRODUCT_ACTIONS.has(stored.action)
  if (!ours) return no(text['audit.not_undoable'])
  const permission = writes(stored)
  const reach = reachOf(ctx.who, permission)
  if (!reach) return no(text['audit.undo_forbidden'], { permission: permissionWords(ctx, permission) })
  if (way) {
    const { state, version, later } = await judge({ ...ctx, reach }, stored)
    if (state === 'possible') return { possible: true, why: null, depends: [], version }
    return no(whyNot[state], { n: later.length }, { depends: await named(ctx, later) })
  }
  const { possible, version, later } =
    stored.subject === 'product' ? await productUndo(ctx, stored) : await partyUndo(ctx, stored)
  if (possible) return { possible: true, why: null, depends: [], version }
  if (later.length === 0) return no(text[version === null ? 'audit.not_undoable' : 'audit.undo_done'])
  return no(text['audit.undo_depends'], { n: later.length }, { depends: await named(ctx, later) })
}

const whyNot: { readonly [S in Exclude<HouseJudged['state'], 'possible'>]: Phrase } = {
  gone: text['audit.undo_gone'],
  nothing: text['audit.undo_nothing'],
  first_rate: text['audit.undo_first_rate'],
  later: text['audit.undo_depends'],
}

type Judged = { possible: boolean; version: number | null; later: number[] }

async function partyUndo(ctx: Ctx, stored: Stored): Promise<Judged> {
  const reach = reachOf(ctx.who, 'parties:write')!
  const [party] = await loadParties({ ...ctx, reach }, [stored.party_id])
  if (!party || party.erased_at) return { possible: false, version: null, later: [] }
  const { version } = party
  if (stored.action === 'parties.created') {
    const later = (await hangingOn(ctx, party.party_id, stored.audit_id, SHOWN)).map((row) => row.audit_id)
    return { possible: later.length === 0 && party.live, version, later }
  }
  const later = [...new Set(Object.values(stored.next).map((next) => next.audit_id))]
  const undoable = isUndoable(party, stored, await customOf(ctx))
  const known =
    undoable ||
    later.length > 0 ||
    /^parties\.(updated|removed|restored|contact|role|external)/.test(stored.action)
  return { possible: undoable, version: known ? version : null, later }
}

async function productUndo(ctx: Ctx, stored: Stored): Promise<Judged> {
  const { version } = await getProduct(ctx, { params: { id: stored.subject_id } })
  const later = [...new Set(Object.values(stored.next).map((next) => next.audit_id))]
  return { possible: later.length === 0 && Object.keys(stored.payload ?? {}).length > 0, version, later }
}

/** Only those within the caller's reach over the audit are told; the others count all the same. */
async function named(ctx: Ctx, audit_ids: readonly number[]): Promise<Undo['depends']> {
  const c = conditionsOf(ctx, {})
  const ids = c.$(audit_ids)
  const found = await planned<Found>(
    ctx,
    `select a.audit_id, a.at, a.party_id from audit a where ${[`a.audit_id = any(${ids}::bigint[])`, ...c.rest].join(' and ')}
     order by a.at desc, a.audit_id desc limit ${SHOWN}`,
    c.values,
  )
  const rows = await present(ctx, await storedOf(ctx, found))
  return rows.map(({ audit_id, at, says }) => ({ audit_id, at, says }))
}

type Undone = { audit_id: number; subject: string; subject_id: number; version: number | null }

/** Its permission is that of the change itself, and so is its scope. */
export async function undo(ctx: Ctx, { params }: { params: { id: number } }): Promise<Undone> {
  const permissions = ['audit:read', 'parties:write', 'products:write', ...housePermissions].filter((one) =>
    may(ctx.who, one),
  )
  if (permissions.length === 0) refuse('kernel.not_allowed', 403, { permission: 'parties:write' })
  const [found] = await planned<Found>(ctx, 'select audit_id, at, party_id from audit where audit_id = $1', [
    params.id,
  ])
  if (!found) return notFound()
  const [stored] = await storedOf(ctx, [found])
  const permission = writes(stored!)
  const reach = reachOf(ctx.who, permission)
  if (!reach) return refuse('kernel.not_allowed', 403, { permission })
  const inside = { ...ctx, reach }
  const { subject, subject_id, action, audit_id } = stored!
  if (PARTY_SUBJECTS.has(subject)) {
    const party = await undoChange(inside, { params: { id: stored!.party_id, audit_id } })
    return { audit_id, subject, subject_id, version: party.version }
  }
  if (wayOf(stored!))
    return { audit_id, subject, subject_id, version: await putBack(inside, stored!, refuseHouse(inside)) }
  if (!PRODUCT_ACTIONS.has(action)) return refuse('audit.not_undoable', 409)
  return { audit_id, subject, subject_id, version: await undoProduct(inside, stored!) }
}

const refuseHouse =
  (ctx: Ctx) =>
  async ({ state, later }: HouseJudged): Promise<never> => {
    if (state !== 'later') return refuse(`audit.undo_${state}`, 409)
    const [last] = await storedOf(ctx, await found(ctx, later))
    return refuse('parties.changed_since', 409, {
      who: last?.actor_name ?? last?.actor_kind ?? '—',
      when: last?.at,
    })
  }

async function undoProduct(ctx: Ctx, stored: Stored): Promise<number> {
  const { possible, later } = await productUndo(ctx, stored)
  if (!possible) {
    const [last] = await storedOf(ctx, await found(ctx, later))
    refuse('parties.changed_since', 409, { who: last?.actor_name ?? last?.actor_kind ?? '—', when: last?.at })
  }
  const params = { id: stored.subject_id }
  const { live, category_id, ...was } = stored.payload as Record<string, unknown>
  if (live !== undefined) return (await (live ? restoreProduct : removeProduct)(ctx, { params })).version
  const body = { ...was, ...(category_id === undefined ? {} : { category: await pathOf(ctx, category_id) }) }
  return (await updateProduct(ctx, { params, body: body as ProductPatch })).version
}

const found = (ctx: Ctx, ids: readonly number[]): Promise<Found[]> =>
  planned<Found>(
    ctx,
    'select audit_id, at, party_id from audit where audit_id = any($1::bigint[]) order by at desc limit 1',
    [ids],
  )

async function pathOf(ctx: Ctx, category_id: unknown): Promise<string[] | null> {
  if (category_id === null) return null
  const rows = await planned<{ name: string }>(
    ctx,
    `with recursive up as (
       select parent_id, name, 1 as depth from category where category_id = $1
       union all select c.parent_id, c.name, u.depth + 1 from category c join up u on c.category_id = u.parent_id
     ) select name from up order by depth desc`,
    [category_id],
  )
  return rows.map((row) => row.name)
}
