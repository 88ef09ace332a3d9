import { type Ctx, planned } from '../../kernel/ctx.ts'
import { notFound } from '../../kernel/refuse.ts'
import type { NotePatch, TaskPatch } from '../notes/contract.ts'
import { change as changeNote } from '../notes/notes.ts'
import { priorities } from '../notes/rules.ts'
import { taskOf } from '../notes/tasks.read.ts'
import { changeTask } from '../notes/tasks.ts'
import type { OccasionPatch } from '../occasions/contract.ts'
import { change as changeOccasion } from '../occasions/occasions.ts'
import { reachParty } from '../parties/party.ts'
import type { TiePatch } from '../ties/contract.ts'
import { change as changeTie } from '../ties/write.ts'

// What hangs on a party, put back through the service that changed it: what that refuses is refused here in the same words.

type Held = { party_id: number; version: number }
/** Where it hangs today, which after a merge is another party than its record says; within reach, or it is not there. */
const heldIn = (table: 'occasion' | 'tie' | 'note', key: string) => async (ctx: Ctx, id: number) => {
  const [row] = await planned<Held>(
    ctx,
    `select party_id, version from ${table} where ${key} = $1 order by party_id limit 1`,
    [id],
  )
  if (!row) return notFound()
  await reachParty(ctx, row.party_id)
  return row
}
const occasion = heldIn('occasion', 'occasion_id')
const tie = heldIn('tie', 'tie_id')
const note = heldIn('note', 'note_id')

type Was = Record<string, unknown>
const way = <M extends `${string}:${string}`>(
  may: M,
  held: (ctx: Ctx, id: number) => Promise<Pick<Held, 'version'>>,
  back: (ctx: Ctx, id: number, was: Was) => Promise<unknown>,
) => ({
  may,
  version: async (ctx: Ctx, { subject_id }: { subject_id: number }) => (await held(ctx, subject_id)).version,
  back,
})

/** The priority is kept as its rank, and told by its word. */
const asTask = ({ priority, ...was }: Was): TaskPatch =>
  ({ ...was, ...(typeof priority === 'number' ? { priority: priorities[priority] } : {}) }) as TaskPatch

export const depthWays = {
  'occasions.changed': way('occasions:write', occasion, async (ctx, id, was) => {
    const { party_id } = await occasion(ctx, id)
    return changeOccasion(ctx, { params: { id: party_id, occasion_id: id }, body: was as OccasionPatch })
  }),
  'ties.changed': way('ties:write', tie, async (ctx, id, was) => {
    const { party_id } = await tie(ctx, id)
    return changeTie(ctx, { params: { id: party_id, tie_id: id }, body: was as TiePatch })
  }),
  'notes.changed': way('notes:write', note, async (ctx, id, was) => {
    const { party_id } = await note(ctx, id)
    return changeNote(ctx, { params: { id: party_id, note_id: id }, body: was as NotePatch })
  }),
  'tasks.changed': way('tasks:write', taskOf, (ctx, id, was) =>
    changeTask(ctx, { params: { id }, body: asTask(was) }),
  ),
}
