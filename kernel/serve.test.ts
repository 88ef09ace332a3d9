import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { Type as T } from 'typebox'
import { record } from './audit.ts'
import { ApiError } from './client.ts'
import { atomically, builder, expectVersion } from './ctx.ts'
import { defineModule } from './module.ts'
import { notFound, refuse } from './refuse.ts'
import { Body, ById, oneOf, route, routes } from './route.ts'
import { type TestHouse, testHouse } from './testing.ts'
import { words } from './text.ts'

// A small module of its own over the settings table, so that what is tested is the kernel alone.
const Note = T.Object({ id: T.Integer(), text: T.String(), version: T.Integer() })
const notes = routes({
  get: route('GET /notes/:id', { may: 'notes:read', does: 'Read', params: ById, gives: Note }),
  create: route('POST /notes', {
    may: 'notes:write',
    does: 'Create',
    creates: true,
    gives: Note,
    body: Body({
      text: T.String({ minLength: 1, maxLength: 20 }),
      tone: T.Optional(oneOf('calm', 'loud')),
      on: T.Optional(T.String({ format: 'date' })),
    }),
  }),
  update: route('PATCH /notes/:id', {
    may: 'notes:write',
    does: 'Change',
    params: ById,
    body: Body({ text: T.String() }),
    gives: Note,
    versioned: true,
  }),
  forget: route('POST /notes/forget', {
    may: 'notes:write',
    does: 'Write without a record',
    gives: 'nothing',
  }),
  hello: route('GET /hello', {
    may: 'anyone',
    does: 'Greet',
    query: T.Object({ n: T.Optional(T.Integer({ minimum: 1 })) }),
    gives: T.Object({ n: T.Integer() }),
  }),
})
type Kept = { text: string; version: number }
const module = defineModule({
  name: 'notes',
  tables: ['setting'],
  routes: notes,
  words: words({ 'notes.loud': { zh: '太大声：{text}', en: 'Too loud: {text}' } }),
  handlers: {
    get: async (ctx, { params }) => {
      const row = await (await builder(ctx))
        .selectFrom('setting')
        .selectAll()
        .where('key', '=', `note:${params.id}`)
        .executeTakeFirst()
      return row ? { id: params.id, ...(row.value as Kept) } : notFound()
    },
    create: (ctx, { body }) =>
      atomically(ctx, async (ctx) => {
        const id = await ctx.house.ids.next()
        await (await builder(ctx))
          .insertInto('setting')
          .values({ key: `note:${id}`, value: JSON.stringify({ text: body.text, version: 1 }) })
          .execute()
        if (body.tone === 'loud') refuse('notes.loud', 422, { text: body.text })
        await record(ctx, { action: 'notes.created', subject: 'note', subject_id: id })
        return { id, text: body.text, version: 1 }
      }),
    update: (ctx, { params, body }) =>
      atomically(ctx, async (ctx) => {
        const row = await (await builder(ctx))
          .selectFrom('setting')
          .selectAll()
          .where('key', '=', `note:${params.id}`)
          .forUpdate()
          .executeTakeFirst()
        const kept = (row?.value as Kept | undefined) ?? notFound()
        expectVersion(ctx, kept.version)
        const next = { text: body.text, version: kept.version + 1 }
        await (await builder(ctx))
          .updateTable('setting')
          .set({ value: JSON.stringify(next) })
          .where('key', '=', `note:${params.id}`)
          .execute()
        await record(ctx, {
          action: 'notes.changed',
          subject: 'note',
          subject_id: params.id,
          was: { text: kept.text },
        })
        return { id: params.id, ...next }
      }),
    forget: (ctx) =>
      atomically(
        ctx,
        async (ctx) =>
          void (await (
            await builder(ctx)
          )
            .insertInto('setting')
            .values({ key: 'forgotten', value: '1' })
            .execute()),
      ),
    hello: async (_ctx, { query }) => ({ n: query.n ?? 0 }),
  },
})

let house: TestHouse
before(async () => {
  house = await testHouse([module])
})
after(() => house.close())

const all = () => house.as().api(notes)
const problem = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => assert.fail('was not refused'),
    (error: unknown) => error,
  )
  assert.ok(error instanceof ApiError, String(error))
  return error.problem
}
const count = async (table: 'audit' | 'outbox' | 'setting' | 'idempotency') =>
  Number((await house.house.pool.query(`select count(*)::int as n from ${table}`)).rows[0].n)

test('a problem has a stable code and words in the language asked for', async () => {
  const body = { text: 'HEY', tone: 'loud' as const }
  const zh = await problem(all().create({ body, headers: { 'accept-language': 'zh-CN,zh;q=0.9' } }))
  const en = await problem(all().create({ body, headers: { 'accept-language': 'en' } }))
  assert.deepEqual([zh.code, zh.status, zh.detail], ['notes.loud', 422, '太大声：HEY'])
  assert.deepEqual([en.code, en.detail], ['notes.loud', 'Too loud: HEY'])
})

test('a field that is unknown, missing, too long or of the wrong kind is named, and nothing is written', async () => {
  const before = await count('setting')
  const speaker = house.as()
  const send = (body: string) =>
    speaker.send({
      method: 'POST',
      url: '/api/v1/notes',
      headers: { 'content-type': 'application/json' },
      body,
    })
  for (const [payload, path] of [
    ['{"text":"a","colour":1}', 'body.colour'],
    ['{}', 'body.text'],
    ['{"text":7}', 'body.text'],
    [`{"text":"${'x'.repeat(21)}"}`, 'body.text'],
    ['{"text":"a","on":"2024-02-30"}', 'body.on'],
    ['{"text":"a\\u0000b"}', 'text'],
  ] as const) {
    const answer = await send(payload)
    assert.equal(answer.status, 400, payload)
    assert.equal(answer.headers.get('content-type'), 'application/problem+json')
    const { fields } = (await answer.json()) as { fields: { path: string }[] }
    assert.equal(fields[0]?.path, path, payload)
  }
  assert.equal(((await (await send('{"text":')).json()) as { code: string }).code, 'kernel.bad_json')
  assert.equal(await count('setting'), before)
})

test('no permission is 403, no identity 401, no route 404, and validation is not reached before', async () => {
  const reader = house.as({ grants: { 'notes:read': 'all' } }).api(notes)
  assert.deepEqual(
    (({ status, code }) => ({ status, code }))(await problem(reader.create({ body: { text: '' } }))),
    { status: 403, code: 'kernel.not_allowed' },
  )
  const nobody = await house.app.inject({ method: 'POST', url: '/api/v1/notes', payload: {} })
  assert.deepEqual([nobody.statusCode, nobody.json().code], [401, 'kernel.sign_in'])
  const nowhere = await house.app.inject({ method: 'GET', url: '/api/v1/nothing' })
  assert.deepEqual([nowhere.statusCode, nowhere.json().code], [404, 'kernel.no_route'])
  assert.equal((await problem(all().get({ params: { id: 999_999_999 } }))).status, 404)
})

test('an update under an old version is refused with 412 and changes nothing', async () => {
  const made = await all().create({ body: { text: 'one' } })
  const second = await all().update({ params: { id: made.id }, body: { text: 'two' }, if_match: '"1"' })
  assert.equal(second.version, 2)
  const late = await problem(
    all().update({ params: { id: made.id }, body: { text: 'three' }, if_match: '"1"' }),
  )
  assert.deepEqual([late.status, late.code, late.details], [412, 'kernel.version_changed', { version: 2 }])
  assert.equal((await all().get({ params: { id: made.id } })).text, 'two')
})

test('the same key and body give the same answer; another body is refused; a refusal is not kept', async () => {
  const speaker = house.as().api(notes)
  const first = await speaker.create({ body: { text: 'once' }, idempotency_key: 'k1' })
  const before = await count('setting')
  assert.deepEqual(await speaker.create({ body: { text: 'once' }, idempotency_key: 'k1' }), first)
  assert.equal(await count('setting'), before)
  assert.deepEqual(
    (({ status, code }) => [status, code])(
      await problem(speaker.create({ body: { text: 'other' }, idempotency_key: 'k1' })),
    ),
    [422, 'kernel.key_reused'],
  )
  assert.equal(
    (await problem(speaker.create({ body: { text: 'x', tone: 'loud' }, idempotency_key: 'k2' }))).code,
    'notes.loud',
  )
  assert.equal((await speaker.create({ body: { text: 'x' }, idempotency_key: 'k2' })).text, 'x')
})

test('the same body with its keys in another order is the same request; a list in another order is not', async () => {
  const speaker = house.as()
  const send = (payload: string) =>
    speaker.send({
      method: 'POST',
      url: '/api/v1/notes',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k-order' },
      body: payload,
    })
  const first = await (await send('{"text":"in order","tone":"calm"}')).json()
  const before = await count('setting')
  const second = await send('{ "tone": "calm", "text": "in order" }')
  assert.deepEqual([second.status, await second.json()], [201, first])
  assert.equal(await count('setting'), before)
  assert.equal((await send('{"tone":"calm","text":"in no order"}')).status, 422)
})

test('twenty concurrent duplicates have one effect and one answer', async () => {
  const speaker = house.as().api(notes)
  const before = await count('setting')
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => speaker.create({ body: { text: 'dup' }, idempotency_key: 'k3' })),
  )
  assert.equal(new Set(answers.map((a) => a.id)).size, 1)
  assert.equal(await count('setting'), before + 1)
})

test('row, audit and outbox are written together or not at all', async () => {
  const [audit, outbox, rows] = [await count('audit'), await count('outbox'), await count('setting')]
  await all().create({ body: { text: 'whole' } })
  assert.deepEqual(
    [await count('audit'), await count('outbox'), await count('setting')],
    [audit + 1, outbox + 1, rows + 1],
  )
  await problem(all().create({ body: { text: 'gone', tone: 'loud' } }))
  assert.deepEqual(
    [await count('audit'), await count('outbox'), await count('setting')],
    [audit + 1, outbox + 1, rows + 1],
  )
})

test('a write that records nothing does not commit, and its insides are not shown', async () => {
  const told = await problem(all().forget())
  assert.deepEqual([told.status, told.code], [500, 'kernel.bug'])
  assert.doesNotMatch(told.detail, /audit/)
  assert.equal((await house.house.pool.query("select 1 from setting where key = 'forgotten'")).rowCount, 0)
})

test('an address that is none, and bytes that are no request, are problems too', async () => {
  const stray = await house.app.inject({ method: 'GET', url: '/api/v1/notes/%E0%A4%A' })
  assert.deepEqual([stray.statusCode, stray.headers['content-type']], [400, 'application/problem+json'])
  const { port } = new URL(await house.app.listen({ port: 0, host: '127.0.0.1' }))
  const answer = await new Promise<string>((done, fail) => {
    let heard = ''
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write('GET /caf\xe9 HTTP/1.1\r\nhost: x\r\n\r\n', 'latin1'),
    )
    socket.on('data', (chunk) => (heard += chunk.toString()))
    socket.on('close', () => done(heard))
    socket.on('error', fail)
    socket.setTimeout(2000, () => socket.destroy())
  })
  assert.match(answer, /^HTTP\/1\.1 40\d/)
  assert.match(answer, /application\/problem\+json/)
})

test('query values are coerced, and told when they do not fit', async () => {
  const good = await house.app.inject('/api/v1/hello?n=3')
  assert.deepEqual(good.json(), { n: 3 })
  assert.equal((await house.app.inject('/api/v1/hello?n=three')).statusCode, 400)
  assert.equal((await house.app.inject('/api/v1/hello?n=1&n=%00')).statusCode, 400)
})

test('what a route does not know in its address is named, never passed over', async () => {
  const fields = async (speaker: ReturnType<typeof all>, query: object) =>
    (await problem(speaker.hello({ query } as never))).fields?.map(({ path }) => path)
  assert.deepEqual(await fields(all(), { n: 3, limt: 5 }), ['query.limt'])
  assert.deepEqual(await fields(all(), { N: 3 }), ['query.N'])
  const plain = await house.as().send({ method: 'POST', url: '/api/v1/notes/forget?really=no', headers: {} })
  const told = (await plain.json()) as { code: string; detail: string }
  assert.deepEqual(
    [plain.status, told.code, told.detail],
    [400, 'kernel.invalid', 'query.really: Unknown field really'],
  )
})
