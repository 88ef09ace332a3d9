import { type Ctx, planned } from '../../kernel/ctx.ts'
import type { Keeper, Kept, Part, Person } from '../../kernel/personal.ts'
import { refuse } from '../../kernel/refuse.ts'
import { openSource } from './reader/source.ts'

// What imports keep of a person beside the customers they wrote: rejected lines, the first rows of a file as its page
// shows them, files that wait. These are leftovers of a file that its source still has, so what names the person goes.

const PAGE = 5_000
/** Nothing of it is read any more while it is in one of these. */
const UNDER_WAY = ['previewing', 'waiting', 'running']

type Line = { import_id: number; line: number }
type Leftovers = {
  rejects: Line[]
  /** rejected lines that a mended file answered: kept for an undo of that */
  mended: Line[]
  /** imports whose page shows them */
  shown: number[]
  /** imports whose file waits, and whether something reads it just now */
  files: { import_id: number; under_way: boolean }[]
}
const found = new WeakMap<Person, Promise<Leftovers>>()

function leftoversOf(ctx: Ctx, person: Person): Promise<Leftovers> {
  let known = found.get(person)
  if (!known) found.set(person, (known = search(ctx, person)))
  return known
}

async function search(ctx: Ctx, person: Person): Promise<Leftovers> {
  const rejects = await linesOf(ctx, person, 'import_reject')
  const mended = await linesOf(ctx, person, 'import_mended')
  const rows = await planned<{ import_id: number; source: string; texts: string }>(
    ctx,
    `select import_id, source, concat_ws(chr(10), file_name, detected, preview, report, error) as texts from import`,
    [],
  )
  const shown = rows.filter((row) => names(person, row.source, row.texts)).map(({ import_id }) => import_id)
  const waiting = await planned<{ import_id: number; source: string; state: string }>(
    ctx,
    'select import_id, source, state from import i where exists (select from import_chunk c where c.import_id = i.import_id) order by 1',
    [],
  )
  const files: Leftovers['files'] = []
  for (const { import_id, source, state } of waiting)
    if (await fileNames(ctx, person, import_id, source))
      files.push({ import_id, under_way: UNDER_WAY.includes(state) })
  return { rejects, mended, shown, files }
}

/** The number itself, not a part of a longer one. */
function stands(text: string, value: string): boolean {
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1))
    if (!/[\w-]/.test(text[at - 1] ?? ' ') && !/[\w-]/.test(text[at + value.length] ?? ' ')) return true
  return false
}

/** A customer's number is theirs under its own source only. */
function names(person: Person, source: string, text: string): boolean {
  if (person.mentions(text)) return true
  return person.external_ids.some((id) => id.source === source && stands(text, id.value))
}

async function linesOf(ctx: Ctx, person: Person, table: 'import_reject' | 'import_mended'): Promise<Line[]> {
  const hit: Line[] = []
  for (let [id, line] = [0, 0]; ; ) {
    const rows = await planned<{ import_id: number; line: number; source: string; text: string }>(
      ctx,
      `select r.import_id, r.line, i.source, r.raw || chr(10) || r.reasons::text as text from ${table} r join import i using (import_id)
       where (r.import_id, r.line) > ($1::bigint, $2::bigint) order by r.import_id, r.line limit ${PAGE}`,
      [id, line],
    )
    for (const row of rows)
      if (names(person, row.source, row.text)) hit.push({ import_id: row.import_id, line: row.line })
    if (rows.length < PAGE) return hit
    id = rows.at(-1)!.import_id
    line = rows.at(-1)!.line
  }
}

/** In the caller's transaction: after a restore nobody else sees them yet. */
async function* piecesOf(ctx: Ctx, import_id: number): AsyncGenerator<Buffer> {
  for (let seq = 0; ; seq++) {
    const [row] = await planned<{ bytes: Buffer }>(
      ctx,
      'select bytes from import_chunk where import_id = $1 and seq = $2',
      [import_id, seq],
    )
    if (!row) return
    yield row.bytes
  }
}

async function fileNames(ctx: Ctx, person: Person, import_id: number, source: string): Promise<boolean> {
  try {
    const file = await openSource(piecesOf(ctx, import_id))
    for await (const batch of file.batches())
      for (let i = 0; i < batch.lines.length; i++) if (names(person, source, batch.raw(i))) return true
    return false
  } catch {
    // What cannot be read as a table was never shown to anybody and cannot be imported.
    return false
  }
}

async function parts(ctx: Ctx, person: Person): Promise<Part[]> {
  const { rejects, mended, shown, files } = await leftoversOf(ctx, person)
  const [journal] = await planned<{ n: number }>(
    ctx,
    `select count(*)::int as n from import_change where ${THEIRS}`,
    [person.party_id],
  )
  const part = (what: string, count: number, zh: string, en: string): Part => ({
    what,
    says: { zh, en },
    fate: 'removed',
    count,
  })
  return [
    part(
      'import_reject',
      rejects.length + mended.length,
      '导入时被退回、提到此人的行',
      'Rejected lines of imports that name them',
    ),
    part('import_change', journal!.n, '为撤销导入保留的旧值', 'Old values kept for the undo of imports'),
    part('import_sample', shown.length, '导入页面上显示的样例行', 'Rows shown as samples on import pages'),
    part(
      'import_file',
      files.length,
      '已上传、尚未导入、含此人的文件',
      'Uploaded files not imported yet that name them',
    ),
  ]
}

async function erase(ctx: Ctx, person: Person): Promise<void> {
  const { rejects, mended, shown, files } = await leftoversOf(ctx, person)
  const busy = files.find((file) => file.under_way)
  if (busy) refuse('erasure.import_under_way', 409, { import_id: busy.import_id })
  for (const [table, lines] of [
    ['import_reject', rejects],
    ['import_mended', mended],
  ] as const)
    await planned(
      ctx,
      `delete from ${table} r using unnest($1::bigint[], $2::bigint[]) as x (import_id, line) where r.import_id = x.import_id and r.line = x.line`,
      [lines.map((row) => row.import_id), lines.map((row) => row.line)],
    )
  // The figures of a report stay; what stood in the lines goes.
  await planned(
    ctx,
    `update import set preview = null,
       detected = case when detected ? 'sample' then detected || '{"sample": [], "choices": []}' else detected end,
       report = case when report ? 'reasons' then jsonb_set(report, '{reasons}',
         (select coalesce(jsonb_agg(r || '{"value": ""}'), '[]') from jsonb_array_elements(report -> 'reasons') r)) else report end,
       error = null, version = version + 1
     where import_id = any($1::bigint[])`,
    [shown],
  )
  await forgetNames(ctx, person)
  await forgetJournal(ctx, person)
  const ids = files.map((file) => file.import_id)
  await planned(ctx, 'delete from import_chunk where import_id = any($1::bigint[])', [ids])
  await planned(
    ctx,
    `update import set state = 'cancelled', preview = null, detected = '{}', finished_at = $2, version = version + 1
     where import_id = any($1::bigint[])`,
    [ids, ctx.now],
  )
}

const THEIRS = "((subject in ('party', 'anonymous') and subject_id = $1) or party_id = $1)"
/** What an undo would bring back must not be them. */
async function forgetJournal(ctx: Ctx, { party_id, mentions }: Person): Promise<void> {
  await planned(ctx, `delete from import_change where ${THEIRS}`, [party_id])
  await planned(ctx, 'delete from import_tie where party_id = $1 or other_id = $1', [party_id])
  await planned(ctx, 'delete from import_order_line where party_id = $1', [party_id])
  const undone = await planned<{ undo_id: number; texts: string }>(
    ctx,
    'select undo_id, concat_ws(chr(10), report, error) as texts from import_undo',
    [],
  )
  await planned(ctx, 'update import_undo set report = null, error = null where undo_id = any($1::bigint[])', [
    undone.filter(({ texts }) => mentions(texts)).map(({ undo_id }) => undo_id),
  ])
}

/** A file may be called after the person. */
async function forgetNames(ctx: Ctx, { mentions }: Person): Promise<void> {
  const rows = await planned<{ import_id: number; file_name: string }>(
    ctx,
    'select import_id, file_name from import',
    [],
  )
  const named = rows.filter((row) => mentions(row.file_name)).map((row) => row.import_id)
  await planned(ctx, "update import set file_name = 'erased' where import_id = any($1::bigint[])", [named])
}

async function everything(ctx: Ctx, person: Person): Promise<Kept[]> {
  const { rejects } = await leftoversOf(ctx, person)
  const rows = await planned<Record<string, unknown>>(
    ctx,
    `select i.file_name, i.source, r.line, r.raw, r.reasons from import_reject r join import i using (import_id)
     join unnest($1::bigint[], $2::bigint[]) as x (import_id, line) on x.import_id = r.import_id and x.line = r.line order by 1, 3`,
    [rejects.map((row) => row.import_id), rejects.map((row) => row.line)],
  )
  return [
    {
      what: 'rejected_lines',
      says: { zh: '导入时被退回的行', en: 'Rejected lines of imports' },
      rows,
    },
  ]
}

export const importKeeper: Keeper = { parts, erase, everything }
