import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { after, before, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { startWorker, type Worker } from '../../kernel/worker.ts'
import { codeOf } from '../access/testing.ts'
import { modules } from '../index.ts'
import { parties } from '../parties/contract.ts'
import { furnish, SECRETS, type World } from '../testing.world.ts'
import { guard, isPublic } from './addresses.ts'
import { webhooks } from './contract.ts'
import { sweep } from './hear.ts'
import { patience } from './send.ts'

type Heard = { body: Record<string, unknown>; text: string; headers: IncomingHttpHeaders }
let house: TestHouse
let world: World
let worker: Worker
let server: Server
let url: string
let status = 200
const heard: Heard[] = []

before(async () => {
  house = await testHouse(modules)
  world = await furnish(house)
  await house.house.pool.query('delete from webhook_delivery')
  await house.house.pool.query('delete from webhook')
  worker = await startWorker(house.house, modules, () => house.ctx())
  server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    heard.push({ text, body: JSON.parse(text) as Record<string, unknown>, headers: request.headers })
    response.writeHead(status, { location: 'http://169.254.169.254/' }).end('thanks')
  })
  await new Promise<void>((go) => server.listen(0, '127.0.0.1', go))
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}/hook`
  // The receiver of these tests runs on this machine; what guards by itself is in addresses.test.ts.
  guard.allows = (address) => address === '127.0.0.1' || isPublic(address)
})
after(async () => {
  guard.allows = isPublic
  await worker.stop()
  server.close()
  await house.close()
})

const boss = () => house.as({ id: world.theirs.user_id, unit_id: world.theirs.unit_id })
async function until<R>(look: () => R | undefined | Promise<R | undefined>): Promise<R> {
  for (let tries = 0; tries < 150; tries++) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('waited in vain')
}
async function give(grants: object, masks: readonly string[] = []): Promise<void> {
  await house.house.pool.query("update role set grants = $1, masks = $2 where code = 'walker'", [
    grants,
    masks,
  ])
}
const make = (over: object = {}) =>
  boss()
    .api(webhooks)
    .create({
      body: {
        name: '网店',
        url,
        events: ['parties.updated'],
        role: 'walker',
        unit_id: world.mine.unit_id,
        ...over,
      },
    })
const change = (party_id: number, note: string) =>
  boss()
    .api(parties)
    .update({ params: { id: party_id }, body: { note } })
const logOf = async (id: number) => (await boss().api(webhooks).deliveries({ params: { id } })).items

test('a change is told, signed, with only what the role may see, and stands on the log', async () => {
  await give({ 'parties:read': 'team' }, ['phone'])
  const made = await make()
  assert.match(made.secret, /^whsec_/)
  heard.length = 0
  await change(world.mine.party_id, '有变化')
  const got = await until(() => heard[0])
  assert.equal(got.body['event'], 'parties.updated')
  assert.equal(got.body['party_id'], world.mine.party_id)
  assert.equal((got.body['data'] as { note: string }).note, '有变化')
  assert.ok(!got.text.includes(SECRETS.phone) && got.text.includes(SECRETS.email))
  const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(got.headers['guanxi-signature']))!
  assert.equal(createHmac('sha256', made.secret).update(`${t}.${got.text}`).digest('hex'), v1)
  assert.ok(Math.abs(Number(t) - Date.now() / 1000) < 60)
  const row = await until(async () => (await logOf(made.webhook_id)).find((one) => one.state === 'delivered'))
  assert.equal(row.status, 200)
  assert.equal(String(row.delivery_id), got.headers['guanxi-delivery'])
  const { rows } = await house.house.pool.query('select to_jsonb(d)::text as kept from webhook_delivery d')
  assert.ok(rows.every(({ kept }) => !String(kept).includes('有变化')))
  await boss()
    .api(webhooks)
    .remove({ params: { id: made.webhook_id } })
})

test('what is out of the reach of its role is not told at all', async () => {
  await give({ 'parties:read': 'team' })
  const made = await make()
  heard.length = 0
  await change(world.theirs.party_id, '别处')
  const row = await until(async () => (await logOf(made.webhook_id)).find((one) => one.state !== 'waiting'))
  assert.equal(row.state, 'skipped')
  assert.equal(heard.length, 0)
  await boss()
    .api(webhooks)
    .remove({ params: { id: made.webhook_id } })
})

test('a receiver that fails is tried again later, and a person replays it at once', async () => {
  await give({ 'parties:read': 'all' })
  const made = await make()
  heard.length = 0
  status = 302
  await change(world.mine.party_id, '第二次')
  const failed = await until(async () => (await logOf(made.webhook_id)).find((one) => one.attempts === 1))
  assert.deepEqual([failed.state, failed.status], ['waiting', 302])
  assert.ok(Date.parse(failed.next_at!) > Date.now())
  assert.equal(heard.length, 1)
  status = 204
  const params = { id: made.webhook_id, delivery_id: failed.delivery_id }
  await boss().api(webhooks).replay({ params })
  await until(async () => (await logOf(made.webhook_id)).find((one) => one.state === 'delivered'))
  assert.equal(heard.length, 2)
  assert.equal(heard[1]!.headers['guanxi-delivery'], heard[0]!.headers['guanxi-delivery'])
  status = 200
  await boss()
    .api(webhooks)
    .remove({ params: { id: made.webhook_id } })
})

test('after a change of the secret both sign; a paused one is told nothing', async () => {
  const made = await make()
  const params = { id: made.webhook_id }
  const { secret } = await boss().api(webhooks).rotate({ params })
  heard.length = 0
  await change(world.mine.party_id, '第三次')
  const got = await until(() => heard[0])
  const header = String(got.headers['guanxi-signature'])
  const t = /t=(\d+)/.exec(header)![1]
  for (const one of [secret, made.secret])
    assert.ok(header.includes(createHmac('sha256', one).update(`${t}.${got.text}`).digest('hex')))
  await boss()
    .api(webhooks)
    .patch({ params, body: { active: false } })
  heard.length = 0
  await change(world.mine.party_id, '第四次')
  await new Promise((resolve) => setTimeout(resolve, 1500))
  assert.equal(heard.length, 0)
  const { rows } = await house.house.pool.query<{ secret: Buffer }>('select secret from webhook')
  assert.ok(rows.every((row) => !row.secret.includes(Buffer.from(secret))))
  await boss().api(webhooks).remove({ params })
})

test('an inner address is refused when it is written, and again when it is sent', async () => {
  guard.allows = isPublic
  assert.equal(await codeOf(make()), 'webhooks.not_public')
  assert.equal(await codeOf(make({ url: 'ftp://shop.example/x' })), 'webhooks.url_bad')
  guard.allows = (address) => address === '127.0.0.1' || isPublic(address)
  const made = await make()
  guard.allows = isPublic
  heard.length = 0
  await change(world.mine.party_id, '第五次')
  const row = await until(async () => (await logOf(made.webhook_id)).find((one) => one.attempts === 1))
  assert.equal(row.error, 'webhooks.not_public')
  assert.equal(heard.length, 0)
  await boss()
    .api(webhooks)
    .remove({ params: { id: made.webhook_id } })
})

test('a delivery whose job was lost is taken up again', async () => {
  guard.allows = (address) => address === '127.0.0.1' || isPublic(address)
  await give({ 'parties:read': 'all' })
  const made = await make()
  await house.house.pool.query(
    `insert into webhook_delivery (webhook_id, event_id, event, thing_id, party_id, at, next_at)
     values ($1, 1, 'parties.updated', $2, $2, now() - interval '2 hours', now() - interval '2 hours')`,
    [made.webhook_id, world.mine.party_id],
  )
  await sweep.run(house.ctx(), {}, null)
  await until(async () => (await logOf(made.webhook_id)).find((one) => one.state === 'delivered'))
  await boss()
    .api(webhooks)
    .remove({ params: { id: made.webhook_id } })
})

test('nobody makes a webhook that is told more than they may see', async () => {
  await give({ 'parties:read': 'all' })
  const small = house.as({
    id: world.mine.user_id,
    unit_id: world.mine.unit_id,
    grants: { 'webhooks:read': 'all', 'webhooks:write': 'all', 'parties:read': 'own' },
  })
  const body = { name: 'x', url: 'https://8.8.8.8/', events: ['parties.created' as const], role: 'walker' }
  assert.equal(await codeOf(small.api(webhooks).create({ body })), 'access.beyond_own')
})

test('a receiver that does not answer holds up nobody: one at a time is waited for, and the others not at once', async () => {
  await give({ 'parties:read': 'all' })
  let open = 0
  let most = 0
  let asked = 0
  const release: (() => void)[] = []
  const deaf = createServer((_request, response) => {
    asked++
    most = Math.max(most, ++open)
    response.on('close', () => open--)
    release.push(() => response.destroy())
  })
  await new Promise<void>((go) => deaf.listen(0, '127.0.0.1', go))
  const webhook = await make({
    url: `http://127.0.0.1:${(deaf.address() as { port: number }).port}/`,
    role: 'walker',
    unit_id: world.theirs.unit_id,
  })
  patience.ms = 3000
  try {
    for (let i = 0; i < 6; i++) await change(world.theirs.party_id, `deaf ${i}`)
    await until(() => (asked > 0 ? true : undefined))
    const run = await boss()
      .api(parties)
      .bulk({
        body: { selection: { ids: [world.theirs.party_id] }, action: { do: 'add_tags', tags: ['through'] } },
      })
    await until(async () => {
      const { tags } = await boss()
        .api(parties)
        .get({ params: { id: world.theirs.party_id } })
      return tags.includes('through') ? true : undefined
    })
    assert.ok(run.id > 0)
    assert.equal(most, 1, 'one hand at most')
    const failed = await until(async () => {
      const log = await logOf(webhook.webhook_id)
      const tried = log.filter(({ attempts }) => attempts > 0)
      return tried.length >= 6 ? tried : undefined
    })
    assert.ok(failed.every(({ error }) => error !== null))
    assert.equal(asked, 1, 'the others did not wait for it again')
  } finally {
    patience.ms = 10_000
    for (const go of release) go()
    deaf.close()
    await boss()
      .api(webhooks)
      .remove({ params: { id: webhook.webhook_id } })
  }
})
