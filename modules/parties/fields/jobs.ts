import { setTimeout as wait } from 'node:timers/promises'
import { Type as T } from 'typebox'
import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { enqueue, job, type Step } from '../../../kernel/job.ts'
import { AGE_MS, type CustomField, forgetFields, readFields } from './catalogue.ts'
import { fillMissing, fillSlots } from './slots.ts'
import { fillKeys } from './usage.ts'

// What a definition brings about in the background. unscoped: of every party, answering nobody

const BATCH = 2000
const STEP_MS = 5000
const ById = T.Object({ custom_field_id: T.Integer() })

const fieldOf = async (ctx: Ctx, id: number): Promise<CustomField | undefined> =>
  (await readFields(ctx)).find((field) => field.custom_field_id === id)

const setSlot = async (ctx: Ctx, id: number, slot: CustomField['slot']) => {
  await planned(ctx, 'update custom_field set slot = $2 where custom_field_id = $1', [id, slot])
  forgetFields(ctx)
}

type Cursor = { after: number; done: number; total: number }

/** Fills the slots of one field; lists use them once all are there. */
export const fillField = job({
  name: 'fields.fill',
  payload: ById,
  run: async (ctx, { custom_field_id }, cursor): Promise<Step> => {
    const field = await fieldOf(ctx, custom_field_id)
    if (field?.slot !== 'filling') return { done: true, result: { parties: 0 } }
    // By then every process writes this field's slots itself: what it wrote before is read below.
    if (cursor === null) await wait(AGE_MS + 500)
    const place = (cursor as Cursor | null) ?? { after: 0, done: 0, total: await countRows(ctx) }
    const started = Date.now()
    while (Date.now() - started < STEP_MS) {
      const next = await fillSlots(ctx, field, place.after, BATCH)
      if (!next) {
        await setSlot(ctx, custom_field_id, 'on')
        // Transactions that began before the field was fast, and end after this.
        await enqueue(ctx, fillRest, { custom_field_id }, { at: new Date(Date.now() + 60_000) })
        return { done: true, result: { parties: place.done } }
      }
      place.after = next.after
      place.done += next.count
      await ctx.progress?.report({ done: place.done, total: Math.max(place.total, place.done) })
    }
    return { done: false, cursor: place }
  },
  ended: async (ctx, { custom_field_id }, ending) => {
    if (ending.kind === 'done') return
    const field = await fieldOf(ctx, custom_field_id)
    if (field?.slot === 'filling') await setSlot(ctx, custom_field_id, 'off')
  },
})

const countRows = async (ctx: Ctx): Promise<number> =>
  (await planned<{ n: number }>(ctx, 'select count(*)::int as n from party_listed', []))[0]!.n

export const fillRest = job({
  name: 'fields.fill_rest',
  payload: ById,
  key: ({ custom_field_id }) => `fields.fill_rest:${custom_field_id}`,
  run: async (ctx, { custom_field_id }): Promise<Step> => {
    const field = await fieldOf(ctx, custom_field_id)
    if (field?.slot !== 'on') return { done: true }
    return (await fillMissing(ctx, field, BATCH)) ? { done: false, cursor: null } : { done: true }
  },
})

/** A field that is not fast any more leaves nothing behind. */
export const dropSlots = job({
  name: 'fields.drop_slots',
  payload: ById,
  run: async (ctx, { custom_field_id }): Promise<Step> => {
    const field = await fieldOf(ctx, custom_field_id)
    if (field && field.slot !== 'off') return { done: true }
    const gone = await planned(
      ctx,
      `delete from party_slot where ctid = any(array(select ctid from party_slot where custom_field_id = $1 limit 50000)) returning 1`,
      [custom_field_id],
    )
    return gone.length > 0 ? { done: false, cursor: null } : { done: true }
  },
})

/** Values that were written by processes which had not heard yet that they must be unique. */
export const settleKeys = job({
  name: 'fields.settle_keys',
  payload: ById,
  run: async (ctx, { custom_field_id }): Promise<void> => {
    const field = await fieldOf(ctx, custom_field_id)
    if (field?.distinct_values) await fillKeys(ctx, field)
  },
})

/** The values of a field that was removed. Its definition stays as a stone, so that nobody is given the key again. */
export const removeValues = job({
  name: 'fields.remove_values',
  payload: T.Object({ custom_field_id: T.Integer(), key: T.String() }),
  run: async (ctx, { custom_field_id, key }, cursor): Promise<Step> => {
    const place = (cursor as { done: number } | null) ?? { done: 0 }
    const started = Date.now()
    while (Date.now() - started < STEP_MS) {
      const rows = await planned<{ party_id: number }>(
        ctx,
        `update party set fields = fields - $1
         where party_id in (select party_id from party where fields ? $1 order by party_id limit ${BATCH}) returning party_id`,
        [key],
      )
      if (rows.length === 0) {
        await planned(ctx, 'update party_list set fields = fields - $1 where fields ? $1', [key])
        await enqueue(ctx, dropSlots, { custom_field_id })
        return { done: true, result: { values: place.done } }
      }
      await planned(ctx, 'update party_list set fields = fields - $1 where party_id = any($2::bigint[])', [
        key,
        rows.map(({ party_id }) => party_id),
      ])
      place.done += rows.length
      await ctx.progress?.report({ done: place.done, total: null })
    }
    return { done: false, cursor: place }
  },
})
