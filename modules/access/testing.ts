import { type Client, client, type Transport } from '../../kernel/client.ts'
import type { Table } from '../../kernel/route.ts'
import { injecting, testConfig, testHouse } from '../../kernel/testing.ts'
import { access, type SessionView } from './contract.ts'
import { identify } from './identify.ts'
import { module } from './module.ts'
import { createSetupToken } from './setup.ts'

/** A browser: it keeps the cookie it was given and sends the CSRF token it was told. */
export class Browser {
  readonly #send: Transport
  cookie = ''
  csrf = ''
  headers: Record<string, string> = {}
  constructor(app: Parameters<typeof injecting>[0]) {
    this.#send = injecting(app)
  }
  send: Transport = async (request) => {
    const own = {
      ...(this.cookie ? { cookie: this.cookie } : {}),
      ...(this.csrf ? { 'x-csrf-token': this.csrf } : {}),
    }
    const answer = await this.#send({ ...request, headers: { ...own, ...this.headers, ...request.headers } })
    const set = answer.headers.get('set-cookie')
    if (set) this.cookie = set.split(';')[0]!
    return answer
  }
  api<R extends Table>(table: R): Client<R> {
    return client(table, this.send)
  }
  get access() {
    return this.api(access)
  }
  took(view: SessionView): SessionView {
    this.csrf = view.csrf
    return view
  }
  async signIn(email: string, password = PASSWORD): Promise<SessionView> {
    return this.took(await this.access.signIn({ body: { email, password } }))
  }
}

export const PASSWORD = 'correct horse battery'
export const ROOT = 'root@example.com'

/** A house with the real sign-in and a clock that tests move; `founded` also has its first administrator. */
export async function accessHouse({ founded = true, config = testConfig() } = {}) {
  const time = { now: new Date('2026-11-21T08:00:00.000Z') }
  const clock = () => time.now
  const test = await testHouse([module], { identify, clock, config })
  const browser = () => new Browser(test.app)
  const root = browser()
  if (founded) {
    const token = (await createSetupToken(test.house))!
    root.took(await root.access.setup({ body: founding(token) }))
  }
  return {
    ...test,
    root,
    browser,
    forward(ms: number) {
      time.now = new Date(time.now.getTime() + ms)
    },
    /** somebody with a role in a unit, signed in */
    async person(email: string, role: string, unit_id: number) {
      const made = await root.access.createUser({
        body: { email, name: email.split('@')[0]!, role, unit_id, password: PASSWORD },
      })
      const one = browser()
      await one.signIn(email)
      return Object.assign(one, { user_id: made.user_id })
    },
    async unit(parent_id: number, kind: 'branch' | 'region' | 'team', name: string) {
      return (await root.access.createUnit({ body: { parent_id, kind, name } })).unit_id
    },
  }
}

export const founding = (token: string, email = ROOT) => ({
  token,
  name: '王敏',
  email,
  password: PASSWORD,
  organisation: '华东机电',
  locale: 'zh-CN' as const,
  time_zone: 'Asia/Shanghai',
})

/** What a refused call said. */
export async function refused(
  call: Promise<unknown>,
): Promise<{ status: number; code: string; details: Record<string, unknown> }> {
  try {
    await call
  } catch (error) {
    const { problem } = error as {
      problem?: { status: number; code: string; details?: Record<string, unknown> }
    }
    if (!problem) throw error
    return { status: problem.status, code: problem.code, details: problem.details ?? {} }
  }
  throw new Error('was not refused')
}
export const codeOf = async (call: Promise<unknown>): Promise<string> => (await refused(call)).code
