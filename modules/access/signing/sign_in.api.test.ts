import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { accessHouse, Browser, codeOf, PASSWORD, ROOT, refused } from '../testing.ts'

let house: Awaited<ReturnType<typeof accessHouse>>
before(async () => {
  house = await accessHouse()
})
after(() => house.close())
// Each test starts with an empty throttle and, as days pass, with its administrator signed in.
beforeEach(async () => {
  house.forward(16 * MINUTE)
  await house.root.signIn(ROOT)
})

const MINUTE = 60_000
const DAY = 86_400_000
const wrong = (email = ROOT) =>
  codeOf(house.browser().access.signIn({ body: { email, password: 'not it at all' } }))

test('the cookie is out of reach of scripts, of other sites and of the table', async () => {
  const answer = await house.app.inject({
    method: 'POST',
    url: '/api/v1/session',
    payload: { email: ` ${ROOT.toUpperCase()} `, password: PASSWORD },
  })
  assert.equal(answer.statusCode, 200)
  const cookie = String(answer.headers['set-cookie'])
  assert.match(cookie, /^guanxi_session=[\w-]{43};/)
  assert.match(cookie, /HttpOnly/)
  assert.match(cookie, /SameSite=Lax/)
  assert.match(cookie, /Path=\//)
  const token = /=([\w-]+)/.exec(cookie)![1]!
  const dump = await house.house.pool.query(
    `select s::text as row from session s union all select a::text from audit a union all select o::text from outbox o`,
  )
  assert.ok(dump.rows.every((row) => !row.row.includes(token)))
})

test('a wrong password and an unknown e-mail are told apart neither by code nor by time', async () => {
  const timed = async (email: string) => {
    const times: number[] = []
    for (let i = 0; i < 4; i++) {
      const start = performance.now()
      assert.equal(await wrong(email), 'access.wrong_password')
      times.push(performance.now() - start)
    }
    return times.sort((a, b) => a - b)[0]!
  }
  const known = await timed(ROOT)
  house.forward(16 * MINUTE)
  const unknown = await timed('nobody@example.com')
  assert.ok(unknown > known * 0.5, `${unknown} ms against ${known} ms`)
})

test('the sixth try waits, longer each time, even with the right password', async () => {
  for (let i = 0; i < 5; i++) assert.equal(await wrong(), 'access.wrong_password')
  const answer = await house.app.inject({
    method: 'POST',
    url: '/api/v1/session',
    payload: { email: ROOT, password: PASSWORD },
  })
  assert.equal(answer.statusCode, 429)
  assert.equal(answer.json().code, 'access.throttled')
  assert.equal(answer.json().details.retry_after_s, 10)
  assert.equal(answer.headers['retry-after'], '10')
  house.forward(10_000)
  assert.equal(await wrong(), 'access.wrong_password')
  const again = await refused(house.browser().signIn(ROOT))
  assert.deepEqual([again.code, again.details['retry_after_s']], ['access.throttled', 20])
  house.forward(20_000)
  await house.browser().signIn(ROOT)
})

test('who locks an account out from their address locks out nobody at another address, and no other account', async () => {
  await house.root.access.createUser({
    body: {
      email: 'li@example.com',
      name: '李倩',
      role: 'director',
      unit_id: (await units())[0]!.unit_id,
      password: PASSWORD,
    },
  })
  for (let i = 0; i < 6; i++) await wrong()
  assert.equal(await wrong(), 'access.throttled')
  await house.browser().signIn('li@example.com')
  const elsewhere = await house.app.inject({
    method: 'POST',
    url: '/api/v1/session',
    remoteAddress: '203.0.113.9',
    payload: { email: ROOT, password: PASSWORD },
  })
  assert.equal(elsewhere.statusCode, 200)
})

test('one address that tries many accounts is slowed as a whole', async () => {
  for (let i = 0; i < 30; i++) assert.equal(await wrong(`guess${i}@example.com`), 'access.wrong_password')
  assert.equal(await wrong('guess30@example.com'), 'access.throttled')
})

test('a hundred tries at once are not a hundred first tries', async () => {
  const codes = await Promise.all(Array.from({ length: 40 }, () => wrong()))
  assert.equal(codes.filter((code) => code === 'access.wrong_password').length, 5)
  assert.equal(codes.filter((code) => code === 'access.throttled').length, 35)
})

test('a write without the CSRF token of its session is refused, a read is not', async () => {
  const one = house.browser()
  await one.signIn(ROOT)
  const token = one.csrf
  one.csrf = ''
  assert.equal(await codeOf(one.access.signOutEverywhere()), 'kernel.csrf')
  one.csrf = house.root.csrf
  assert.equal(await codeOf(one.access.signOutEverywhere()), 'kernel.csrf')
  assert.equal((await one.access.session()).csrf, token)
})

test('a session that the browser brought along ends when somebody signs in with it', async () => {
  const one = house.browser()
  await one.signIn(ROOT)
  const planted = new Browser(house.app)
  planted.cookie = one.cookie
  await one.signIn(ROOT)
  assert.equal(await codeOf(planted.access.session()), 'kernel.sign_in')
})

test('signing out ends one session, signing out everywhere ends all', async () => {
  const [a, b, c] = [house.browser(), house.browser(), house.browser()] as const
  for (const one of [a, b, c]) await one.signIn(ROOT)
  const stolen = new Browser(house.app)
  stolen.cookie = a.cookie
  await a.access.signOut()
  assert.equal(await codeOf(stolen.access.session()), 'kernel.sign_in')
  await b.access.session()
  await b.access.signOutEverywhere()
  assert.equal(await codeOf(c.access.session()), 'kernel.sign_in')
  assert.equal(await codeOf(house.root.access.session()), 'kernel.sign_in')
})

test("one sees one's own sessions and can end one of them; nobody else's is there", async () => {
  const unit_id = (await units())[0]!.unit_id
  const other = await house.person('zhao@example.com', 'marketer', unit_id)
  const [a, b] = [house.browser(), house.browser()] as const
  a.headers = { 'user-agent': '微信/8.0' }
  await a.signIn(ROOT)
  await b.signIn(ROOT)
  const { items } = await b.access.sessions()
  const mine = items.find((one) => !one.current && one.agent === '微信/8.0')!
  assert.equal(items.filter((one) => one.current).length, 1)
  assert.equal(await codeOf(other.access.endSession({ params: { id: mine.id } })), 'kernel.not_found')
  await b.access.endSession({ params: { id: mine.id } })
  assert.equal(await codeOf(a.access.session()), 'kernel.sign_in')
})

test('a session ends after 14 days unused and after 90 in any case', async () => {
  const one = house.browser()
  await one.signIn(ROOT)
  for (let i = 0; i < 6; i++) {
    house.forward(13 * DAY)
    await one.access.session()
  }
  house.forward(12 * DAY + MINUTE)
  assert.equal(await codeOf(one.access.session()), 'kernel.sign_in')
  await one.signIn(ROOT)
  house.forward(14 * DAY + MINUTE)
  assert.equal(await codeOf(one.access.session()), 'kernel.sign_in')
})

test('being seen is written at most once a minute', async () => {
  const one = house.browser()
  await one.signIn(ROOT)
  const seen = async () => (await one.access.sessions()).items.find((s) => s.current)!.seen_at
  const at = await seen()
  house.forward(30_000)
  assert.equal(await seen(), at)
  house.forward(31_000)
  assert.equal(await seen(), new Date(Date.parse(at) + 61_000).toISOString())
})

test('a new password needs the old one, must be good, and ends every other session', async () => {
  const unit_id = (await units())[0]!.unit_id
  const me = await house.person('qian@example.com', 'analyst', unit_id)
  const elsewhere = house.browser()
  await elsewhere.signIn('qian@example.com')
  const change = (old_password: string, new_password: string) =>
    me.access.changePassword({ body: { old_password, new_password } })
  assert.equal(await codeOf(change('not the old one', 'a much better one')), 'access.wrong_password')
  assert.equal(await codeOf(change(PASSWORD, 'qian@example.com')), 'access.password_is_email')
  assert.equal(await codeOf(change(PASSWORD, '1234567890')), 'access.password_common')
  await change(PASSWORD, '春江水暖鸭先知竹外桃花')
  await me.access.session()
  assert.equal(await codeOf(elsewhere.access.session()), 'kernel.sign_in')
  await elsewhere.signIn('qian@example.com', '春江水暖鸭先知竹外桃花')
})

test("one's language and zone are kept and answered in", async () => {
  const me = house.browser()
  await me.signIn(ROOT)
  const view = await me.access.changeProfile({ body: { locale: 'en', time_zone: 'Europe/London' } })
  assert.deepEqual(
    [view.user.locale, view.user.time_zone, view.user.role_name],
    ['en', 'Europe/London', 'Administrator'],
  )
  assert.equal(
    await codeOf(me.access.changeProfile({ body: { time_zone: '+08:00' } })),
    'access.zone_unknown',
  )
  await me.access.changeProfile({ body: { locale: 'zh-CN', time_zone: 'Asia/Shanghai' } })
})

const units = async () => (await house.root.access.units()).items
