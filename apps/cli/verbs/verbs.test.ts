import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Place, place } from '../../testing.ts'
import { commands } from '../commands.ts'
import { choicesOf } from './lists.ts'

let at: Place
let [lei, lei2, firm, anna] = ['', '', '', '']
const AS = ['--as', 'zhang@x.example']
before(async () => {
  at = await place('verbs')
  const file = join(at.home, 'parties.csv')
  writeFileSync(
    file,
    'id,name,kind,email,phone\n1,李雷,person,lilei@x.example,13800000001\n2,李磊,person,lilei@x.example,13800000001\n3,海天公司,organisation,,\n4,Anna Berg,person,anna@b.example,\n',
  )
  assert.equal((await at.guanxi('import', 'parties', file)).code, 0)
  await at.guanxi('user', 'create', '--email', AS[1]!, '--name', '张三', '--role', 'relationship_manager')
  const { ids } = await at.one<{ ids: string[] }>(
    `select array_agg(party_id::text order by value) as ids from external_id where source = 'file'`,
  )
  ;[lei = '', lei2 = '', firm = '', anna = ''] = ids
})
after(() => at.end())

/** Done, with the answer of `--json`. */
async function done<R>(...words: string[]): Promise<R> {
  const { code, out, err } = await at.guanxi(...words, '--json')
  assert.equal(code, 0, `${words.join(' ')}: ${err}`)
  return JSON.parse(out) as R
}
const fails = async (wanted: number, says: RegExp, ...words: string[]) => {
  const { code, err } = await at.guanxi(...words)
  assert.equal(code, wanted, err)
  assert.match(err, says)
}
const tagsOf = async (id: string) =>
  (await at.one<{ tags: string[] }>('select tags from party where party_id = $1', id)).tags

test('duplicates are looked for, confirmed after a look, told apart again, and dismissed for good', async () => {
  assert.match((await at.guanxi('duplicates', 'scan')).out, /1 certain/)
  const [pair] = (await done<{ items: { band: string }[] }>('duplicates', 'list', '--band', 'certain')).items
  assert.equal(pair?.band, 'certain')
  assert.match((await at.guanxi('merge', lei, lei2, '--dry-run')).out, /李雷.*李磊[\s\S]*nothing was written/)
  assert.match((await at.guanxi('duplicates', 'confirm', lei, lei2)).out, /guanxi unmerge/)
  await done('notes', 'add', lei, '喜欢绿茶')
  assert.match((await at.guanxi('unmerge', lei, '--dry-run')).out, /note:\d+/)
  const parted = await done<{ restored: { name: string } }>('unmerge', lei, '--rest', 'merged')
  assert.equal(parted.restored.name, '李磊')
  assert.equal((await done<{ items: object[] }>('notes', 'list', lei2)).items.length, 1)
  await done('duplicates', 'reopen', lei, lei2)
  await done('duplicates', 'dismiss', lei2, lei)
  assert.deepEqual((await done<{ items: object[] }>('duplicates', 'list')).items, [])
  await fails(2, /merge list/, 'unmerge', lei)
})

test('many are changed by filter, by view and by number: counted first, done, and undone, with a Guanxi running or none', async () => {
  const seen = await done<{ selected: number; changed: number }>(
    ...['bulk', 'tag', 'vip', 'north', '--filter', 'kind=person', '--dry-run'],
  )
  assert.deepEqual([seen.selected, seen.changed], [3, 3])
  assert.deepEqual(await tagsOf(anna), [])
  await fails(1, /3/, 'bulk', 'tag', 'vip', '--filter', 'kind=person', '--expect', '2')
  const tagged = await done<{ id: number }>('bulk', 'tag', 'vip', 'north', '--filter', 'kind=person')
  assert.deepEqual((await tagsOf(anna)).sort(), ['north', 'vip'])
  await done('bulk', 'untag', 'north', '--ids', anna)
  const guanxi = await at.start()
  // Anna was touched since: she stays, is named, and the exit code says so.
  const undone = await at.guanxi('bulk', 'undo', String(tagged.id))
  assert.equal(undone.code, 3, undone.err)
  assert.match(undone.out, /2 changed[\s\S]*Anna Berg/)
  assert.equal(await guanxi.stop(), 0)
  await at.one(
    `insert into saved_view (view_id, list, name, owner_id, shared, unit_id, pinned, state, created_at, updated_at)
     select 900, 'customers', '单位', user_id, 'everyone', null, true, $2, now(), now() from app_user where email = $1 returning 1`,
    AS[1],
    JSON.stringify({
      filter: '{"all":[{"field":"kind","op":"is","value":"organisation"}]}',
      sort: '-name',
      columns: ['name', 'tags'],
    }),
  )
  assert.equal((await done<{ items: { name: string }[] }>('views', 'list')).items[0]?.name, '单位')
  const set = await done<{ changed: number }>('bulk', 'set', 'country', 'SE', '--view', '单位')
  assert.equal(set.changed, 1)
  const file = join(at.home, 'view.csv')
  await done('export', 'parties', '--view', '单位', '-o', file)
  assert.match(readFileSync(file, 'utf8'), /^\uFEFF?Name,Tags\r?\n海天公司,\r?\n$/)
  await done('bulk', 'trash', '--ids', anna)
  await done('bulk', 'restore', '--ids', anna)
  await fails(2, /--all/, 'bulk', 'trash')
  await fails(2, /nix/, 'bulk', 'trash', '--filter', 'nix=1')
  await fails(2, /单位/, 'bulk', 'trash', '--view', 'nobody knows it')
})

test('a field of one’s own is defined and set over many, by what its choices are called', async () => {
  await done('fields', 'add', 'choice', '等级', '--key', 'tier', '--choices', 'gold:金:Gold,silver')
  await done('bulk', 'set', 'tier', '金', '--filter', 'kind=person')
  const { fields } = await at.one<{ fields: object }>('select fields from party where party_id = $1', anna)
  assert.deepEqual(fields, { tier: 'gold' })
  assert.match((await at.guanxi('fields', 'list')).out, /tier.*等级.*gold, silver/)
  assert.deepEqual(
    choicesOf('金,a:甲').map(({ key, label_en }) => [key, label_en]),
    [
      ['c1', '金'],
      ['a', '甲'],
    ],
  )
})

test('tasks, ties and important dates are kept from the terminal, and days that are none are told', async () => {
  const task = await done<{ id: number; assignee: { name: string } }>(
    ...['tasks', 'add', '回访', '--party', lei, '--due-on', '2026-12-01', '--assignee', AS[1]!],
  )
  assert.equal(task.assignee.name, '张三')
  assert.match((await at.guanxi('tasks', 'list', ...AS)).out, /2026-12-01 +回访/)
  await done('tasks', 'done', String(task.id), ...AS)
  assert.deepEqual((await done<{ items: object[] }>('tasks', 'list')).items, [])
  await fails(2, /--due-on/, 'tasks', 'add', 'x', '--due-on', 'tomorrow')
  const tie = await done<{ id: number }>('ties', 'add', lei, firm, '--kind', 'works_at', '--title', '经理')
  await done('ties', 'end', lei, String(tie.id), '--until', '2026-01-31')
  assert.match((await at.guanxi('ties', 'list', firm)).out, /李雷.*经理.*2026-01-31/)
  await done('dates', 'add', lei, 'birthday', '8', '15', '--calendar', 'lunar', '--year', '1990')
  assert.match((await at.guanxi('dates', 'list', lei)).out, /1990 15th of the 8th lunar month/)
  assert.match((await at.guanxi('dates', 'upcoming', '--days', '366')).out, /李雷/)
  assert.ok((await done<{ items: object[] }>('quality', 'list', '--limit', '300')).items.length > 0)
})

test('as a person it does what they may, with what they see, in their name and on record as the command line', async () => {
  await fails(1, /does not allow/, 'duplicates', 'list', ...AS)
  await fails(1, /does not allow/, 'fields', 'add', 'text', 'x', ...AS)
  const wu = 'wu@x.example'
  await at.guanxi('user', 'create', '--email', wu, '--name', '吴工', '--role', 'field_engineer')
  await fails(1, /Not found/, 'notes', 'add', anna, 'x', '--as', wu)
  await done('bulk', 'assign', wu, '--ids', anna)
  await done('notes', 'add', anna, '第一次', '--as', wu)
  const record = await done<{ actor: { kind: string; name: string }; source: string }>(
    ...['audit', 'list', '--action', 'notes.added', '--source', 'cli', '--limit', '1'],
  )
  assert.deepEqual([record.actor.kind, record.actor.name, record.source], ['user', '吴工', 'cli'])
  await fails(1, /nobody@x/, 'notes', 'list', anna, '--as', 'nobody@x.example')
})

test('every command has help in both languages', () => {
  for (const [name, { does, options }] of Object.entries(commands))
    for (const [option, { does: said }] of [['', { does }] as const, ...Object.entries(options)])
      assert.ok(said.zh && said.en, `${name} ${option}`)
})
