import { type Ctx, planned } from '../../kernel/ctx.ts'
import type { Follows } from '../../kernel/follow.ts'
import type { Keeper, Kept } from '../../kernel/personal.ts'
import { pieces } from './files/store.ts'

// unscoped: the erasure has reached the party (modules/erasure)

const says = {
  note: { zh: '备注记录', en: 'Notes' },
  task: { zh: '待办', en: 'Tasks' },
  attachment: { zh: '附件', en: 'Files' },
}
const TABLES = ['attachment_chunk', 'attachment', 'note_mention', 'note', 'task'] as const

export const noteKeeper: Keeper = {
  async parts(ctx, { party_id }) {
    const [row] = await planned<Record<keyof typeof says, number>>(
      ctx,
      `select (select count(*) from note where party_id = $1) as note, (select count(*) from task where party_id = $1) as task,
         (select count(*) from attachment where party_id = $1) as attachment`,
      [party_id],
    )
    return (Object.keys(says) as (keyof typeof says)[]).map((what) => ({
      what,
      says: says[what],
      fate: 'removed' as const,
      count: row![what],
    }))
  },
  async erase(ctx, { party_id }) {
    for (const table of TABLES) await planned(ctx, `delete from ${table} where party_id = $1`, [party_id])
  },
  async everything(ctx, { party_id }) {
    const rows = (columns: string, table: string) =>
      planned<Record<string, unknown>>(
        ctx,
        `select ${columns} from ${table} where party_id = $1 order by created_at`,
        [party_id],
      )
    return [
      {
        what: 'note',
        says: says.note,
        rows: await rows('body, pinned, live, created_at, edited_at', 'note'),
      },
      {
        what: 'task',
        says: says.task,
        rows: await rows('title, note, due_on, due_at, done_at, live, created_at', 'task'),
      },
      await filesOf(ctx, party_id),
    ]
  },
}

type File = {
  attachment_id: number
  name: string
  type: string
  bytes: number
  sha256: string
  scan: string
  live: boolean
  created_at: string
}
/** Those in the trash too, for they are kept; not what carries a virus, or may. */
async function filesOf(ctx: Ctx, party_id: number): Promise<Kept> {
  const found = await planned<File>(
    ctx,
    `select attachment_id, name, type, bytes, encode(sha256, 'hex') as sha256, scan, live, created_at
     from attachment where party_id = $1 order by created_at, attachment_id`,
    [party_id],
  )
  const goes = ({ scan }: File) => scan === 'clean' || scan === 'unscanned'
  // The number keeps two files of one name apart.
  const path = ({ attachment_id, name }: File) => `files/${attachment_id} ${name}`
  return {
    what: 'attachment',
    says: says.attachment,
    rows: found.map(({ attachment_id: _, ...row }, i) => ({
      file: goes(found[i]!) ? path(found[i]!) : null,
      ...row,
    })),
    files: found.filter(goes).map((file) => ({
      path: path(file),
      sha256: file.sha256,
      read: () => pieces(ctx, { party_id, attachment_id: file.attachment_id }),
    })),
  }
}

export const noteFollows: Follows = {
  tables: [
    {
      table: 'note',
      how: 'moves',
      key: ['note_id'],
      at: 'created_at',
      says: says.note,
      shows: 'left(x.body, 60)',
    },
    {
      table: 'note_mention',
      how: 'moves',
      key: ['note_id', 'user_id'],
      along: { table: 'note', by: 'note_id' },
    },
    { table: 'task', how: 'moves', key: ['task_id'], at: 'created_at', says: says.task, shows: 'x.title' },
    {
      table: 'attachment',
      how: 'moves',
      key: ['attachment_id'],
      at: 'created_at',
      says: says.attachment,
      shows: 'x.name',
    },
    {
      table: 'attachment_chunk',
      how: 'moves',
      key: ['attachment_id', 'seq'],
      along: { table: 'attachment', by: 'attachment_id' },
    },
  ],
}

/** For good, with their parties (modules/sample). */
export async function purgeNotes(ctx: Ctx, party_ids: readonly number[]): Promise<void> {
  for (const table of TABLES)
    await planned(ctx, `delete from ${table} where party_id = any($1::bigint[])`, [party_ids])
}
