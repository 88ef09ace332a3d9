import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Played, type TestHouse, testHouse } from '../../../kernel/testing.ts'
import { audit } from '../../audit/contract.ts'
import { imports } from '../../imports/contract.ts'
import { take } from '../../imports/testing.ts'
import { modules } from '../../index.ts'
import { search } from '../../search/contract.ts'
import { fields } from '../contract.fields.ts'
import { parties } from '../contract.ts'
import { company, director, refusal } from '../testing.ts'

// The proof: a field that a role may not see is not there for it, wherever it could be told.

const SECRET = 'Geheimrat-77'
const KEY = 'inner_circle'
const LABEL = 'Inner circle'
const clerk: Played = { ...director, id: 101, role: 'clerk' }
const boss: Played = { ...director, role: 'boss' }

let h: TestHouse
let party_id = 0
let import_id = 0
before(async () => {
  h = await testHouse(modules)
  await company(h)
  await h.house.pool.query(
    `insert into role (role_id, code, name_zh, name_en, grants, created_at) values
       (61, 'clerk', '文员', 'Clerk', '{}', now()), (62, 'boss', '老板', 'Boss', '{}', now())`,
  )
  const admin = h.as({ ...director, role: 'administrator' }).api(fields)
  await admin.create({
    body: { key: KEY, kind: 'text', label_en: LABEL, sees_role_ids: [62], distinct_values: true, fast: true },
  })
  await admin.create({ body: { key: 'open', kind: 'text', label_en: 'Open' } })
  const api = h.as(boss).api(parties)
  const made = await api.create({
    body: { kind: 'person', name: 'Holder', unit_id: 21, fields: { [KEY]: SECRET, open: 'seen' } },
  })
  party_id = made.id
  await api.update({ params: { id: party_id }, body: { fields: { [KEY]: `${SECRET}-2`, open: 'changed' } } })
  await api.update({ params: { id: party_id }, body: { fields: { [KEY]: SECRET } } })
  const took = await take(h, `name,${LABEL},Open\nFrom a file,${SECRET}-file,yes\n`, {
    kind: 'parties',
    source: 'crm',
    name: 'p.csv',
    ctx: { who: h.as(boss).actor },
  })
  import_id = took.import_id!
})
after(() => h.close())

const text = async (who: Played, path: string): Promise<string> => {
  const answer = await h.as(who).send({ method: 'GET', url: `/api/v1/${path}`, headers: {} })
  return `${answer.status} ${await answer.text()}`
}
const filtered = encodeURIComponent(
  JSON.stringify({ all: [{ field: `fields.${KEY}`, op: 'is', value: SECRET }] }),
)

const surfaces: Record<string, (who: Played) => Promise<string>> = {
  'the fields themselves': (who) => text(who, 'custom-fields'),
  'the party': (who) => text(who, `parties/${party_id}`),
  'the list': (who) => text(who, 'parties'),
  'the exported file': (who) => text(who, 'parties/export?format=csv&lang=en'),
  'the history': (who) => text(who, `parties/${party_id}/history`),
  'the timeline': (who) => text(who, `parties/${party_id}/timeline`),
  'the audit': (who) => text(who, `audit?party_id=${party_id}`),
  'the palette': async (who) =>
    JSON.stringify(
      await h
        .as(who)
        .api(search)
        .find({ query: { q: 'Holder', limit: 6 } }),
    ),
  'the answer of a save': async (who) =>
    JSON.stringify(
      await h
        .as(who)
        .api(parties)
        .update({ params: { id: party_id }, body: { note: `by ${who.role} ${Math.random()}` } }),
    ),
  'an import that a colleague made': async (who) =>
    JSON.stringify(
      await h
        .as(who)
        .api(imports)
        .get({ params: { id: import_id } }),
    ),
  'the person’s complete copy': async (who) => {
    const { partyKeeper } = await import('../erasing/keeper.ts')
    const { personOf } = await import('../erasing/person.ts')
    const ctx = { ...h.ctx(), who: h.as(who).actor }
    return JSON.stringify(await partyKeeper.everything(ctx, await personOf(ctx, party_id)))
  },
  'a webhook': async (who) => {
    const { servedRoute } = await import('../../access/permissions.ts')
    const { handler } = servedRoute('GET /parties/:id')!
    const ctx = { ...h.ctx(), who: { ...h.as(who).actor, kind: 'key' as const } }
    return JSON.stringify(
      await handler(ctx, { params: { id: party_id }, query: {}, body: undefined, headers: {}, cookies: {} }),
    )
  },
}
/** Told to whoever sees it, by each of them: else the test would prove nothing. */
const silent = new Set(['the palette'])

describe('a field that a role may not see', () => {
  for (const [name, ask] of Object.entries(surfaces))
    test(`is not in ${name}`, async () => {
      const told = await ask(boss)
      if (!silent.has(name))
        assert.ok(told.includes(KEY) || told.includes(LABEL) || told.includes(SECRET), told)
      const hidden = await ask(clerk)
      for (const word of [SECRET, KEY, LABEL]) assert.ok(!hidden.includes(word), `${word}: ${hidden}`)
      assert.ok(hidden.length > 20)
    })

  test('cannot be filtered or sorted by, exported, or found by trying', async () => {
    for (const path of [
      `parties?filter=${filtered}`,
      `parties?sort=fields.${KEY}`,
      `parties/export?filter=${filtered}`,
      `parties/export?columns=name,fields.${KEY}`,
    ]) {
      assert.match(await text(boss, path), /^200 /, path)
      const no = await text(clerk, path)
      assert.match(no, /^4\d\d /, path)
      // As of a field that never was.
      const never = await text(clerk, path.replaceAll(KEY, 'never_was'))
      assert.equal(no.slice(0, 4), never.slice(0, 4))
    }
    const found = await h
      .as(clerk)
      .api(search)
      .find({ query: { q: SECRET, limit: 6 } })
    assert.equal(found.parties.items.length, 0)
    assert.equal(
      (
        await h
          .as(clerk)
          .api(parties)
          .list({ query: { q: SECRET } })
      ).count,
      0,
    )
  })

  test('cannot be written, one by one or many at once, nor undone', async () => {
    const api = h.as(clerk).api(parties)
    const params = { id: party_id }
    const no = await refusal(api.update({ params, body: { fields: { [KEY]: 'x' } } }))
    assert.deepEqual([no.status, no.code], [422, 'fields.unknown'])
    const never = await refusal(api.update({ params, body: { fields: { never_was: 'x' } } }))
    assert.equal(never.code, no.code)
    const { items } = await h.as(boss).api(parties).history({ params })
    const touched = items.filter(({ changes }) => changes.some(({ field }) => field === `fields.${KEY}`))
    assert.equal(touched.length, 2)
    for (const { audit_id } of touched)
      assert.ok((await refusal(api.undo({ params: { id: party_id, audit_id } }))).status >= 400)
    assert.equal((await h.as(boss).api(parties).get({ params })).fields[KEY], SECRET)
    const many = await h.as(clerk).send({
      method: 'POST',
      url: '/api/v1/parties/bulk/preview',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ids: [party_id], action: { do: 'set', field: `fields.${KEY}`, value: 'x' } }),
    })
    assert.ok(many.status >= 400 && many.status < 500, String(many.status))
  })

  test('is kept when who does not see it saves the party, and cannot be filled by their file', async () => {
    await h
      .as(clerk)
      .api(parties)
      .update({ params: { id: party_id }, body: { fields: { open: 'again' } } })
    assert.equal(
      (
        await h
          .as(boss)
          .api(parties)
          .get({ params: { id: party_id } })
      ).fields[KEY],
      SECRET,
    )
    const file = `name,${LABEL},Open\nClerk’s,${SECRET}-x,yes\n`
    await take(h, file, { kind: 'parties', source: 'c', name: 'c.csv', ctx: { who: h.as(clerk).actor } })
    const { items } = await h
      .as(boss)
      .api(parties)
      .list({ query: { q: 'Clerk' } })
    assert.deepEqual(items[0]!.fields, { open: 'yes' })
  })

  test('is not there for a role that is made later, and comes to it only when it is named', async () => {
    const later = { ...director, role: 'later' }
    await h.house.pool.query(
      `insert into role (role_id, code, name_zh, name_en, grants, created_at) values (63, 'later', '后来', 'Later', '{}', now())`,
    )
    const seen = async (who: Played) => (await h.as(who).api(fields).list({})).items.map(({ key }) => key)
    assert.deepEqual(await seen(later), ['open'])
    const admin = h.as({ ...director, role: 'administrator' }).api(fields)
    const field = (await admin.definitions({})).items.find(({ key }) => key === KEY)!
    await admin.update({ params: { id: field.custom_field_id }, body: { sees_role_ids: [62, 63] } })
    assert.deepEqual(await seen(later), [KEY, 'open'])
    // A role that goes leaves nothing to the next one of its name.
    await h.house.pool.query(`delete from role where role_id = 63`)
    await h.house.pool.query(
      `insert into role (role_id, code, name_zh, name_en, grants, created_at) values (64, 'later', '又来', 'Again', '{}', now())`,
    )
    await admin.update({ params: { id: field.custom_field_id }, body: { help_en: 'x' } })
    assert.deepEqual(await seen(later), ['open'])
  })
})

test('the records of what a field is are for those who see it', async () => {
  const rows = await h
    .as({ ...clerk, grants: { 'audit:read': 'all' } })
    .api(audit)
    .list({ query: { subject: 'custom_field' } })
  assert.ok(!JSON.stringify(rows).includes(LABEL), JSON.stringify(rows))
})

test('“what would this user see here?” names what of a customer is hidden from them', async () => {
  const { rows } = await h.house.pool.query<{ user_id: number }>(
    `update app_user set role_id = 61 where user_id = 103 returning user_id`,
  )
  await h.house.pool.query(`update role set grants = '{"parties:read": "all"}' where role_id = 61`)
  const { access } = await import('../../access/contract.ts')
  const sight = await h
    .as({ ...director, role: 'administrator' })
    .api(access)
    .sees({ params: { id: rows[0]!.user_id }, query: { route: 'GET /parties/:id', thing_id: party_id } })
  assert.ok(sight.thing?.withheld.includes(`fields.${KEY}`), JSON.stringify(sight.thing))
})
