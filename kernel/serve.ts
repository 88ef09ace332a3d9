import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Actor, Ctx, House } from './ctx.ts'
import { noteFault } from './fault.ts'
import type { EventsAnswer, FileAnswer, Module } from './module.ts'
import { once } from './once.ts'
import { classify, Invalid, problemOf } from './problem.ts'
import { refuse } from './refuse.ts'
import type { Rest } from './rest.ts'
import type { Route } from './route.ts'
import { admission } from './scope.ts'
import { endStreamsOnClose, type Streams, streamEvents } from './stream.ts'
import { type Locale, pickLocale, type Words } from './text.ts'
import { compilers, refuseNul } from './validate.ts'
import { kernelWords } from './words.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** since the gate was passed */
    ctx: Ctx | null
    /** the language of whoever was known, for telling them what they were refused */
    said: Locale | null
  }
}

export type Identity = { who: Actor; locale: Locale; zone: string; csrf: string | null }
export type Caller = {
  cookies: Record<string, string | undefined>
  headers: Record<string, string | string[] | undefined>
  address: string
}
export type Identify = (house: House, caller: Caller) => Promise<Identity | null>

export type Serving = {
  house: House
  modules: readonly Module[]
  identify: Identify
  /** a backup is being restored: nothing is answered but that */
  resting?: () => Rest | null
}

const NOBODY: Actor = {
  kind: 'system',
  id: 0,
  name: '',
  role: '',
  unit_id: 0,
  grants: {},
  masks: new Set(),
  team_units: [],
  branch_units: [],
}
const BODY_LIMIT = 1024 * 1024
const STREAM_LIMIT = 64 * 1024 ** 3
// Per address and minute, for routes that need no sign-in; sign-in has a throttle of its own in access.
const ANONYMOUS_PER_MINUTE = 600
// Who asks whether we are ready (a load balancer) gives up soon; a database that hangs is one that is not there.
const READY_MS = 3000
const REST_RETRY_S = 5

/** The HTTP server: every route of every module, below /api/v1, and what stands around them. */
export async function serve({
  house,
  modules,
  identify,
  resting = () => null,
}: Serving): Promise<FastifyInstance> {
  const words: Words = Object.assign({}, kernelWords, ...modules.map((m) => m.words)) as Words
  const app: FastifyInstance = Fastify({
    logger:
      house.config.logLevel === 'silent'
        ? false
        : { level: house.config.logLevel === 'info' ? 'warn' : house.config.logLevel },
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMIT,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    // Said below, as a problem like any other.
    return503OnClosing: false,
    trustProxy: house.config.publicUrl ? 'loopback' : false,
    routerOptions: { maxParamLength: 200 },
    // An address that is no address (a stray %, say) does not reach a route: it is told the same way.
    frameworkErrors: (error, request, reply) => fail({ app, words, house }, error, request, reply),
    clientErrorHandler: hangUp,
  })
  app.decorateRequest('ctx', null)
  app.decorateRequest('said', null)
  const streams = endStreamsOnClose(app)
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
  })
  app.addHook('onRequest', async ({ url }) => {
    // A request that came behind another on a connection which could not be closed yet.
    if (closing) refuse('kernel.stopping', 503, { retry_after_s: REST_RETRY_S })
    if (!resting() || !url.startsWith('/api/v1/')) return
    for (const end of streams) end()
    refuse('kernel.maintenance', 503, { retry_after_s: REST_RETRY_S })
  })
  const { validator, serializer } = compilers()
  app.setValidatorCompiler(validator)
  app.setSerializerCompiler(serializer)
  app.setErrorHandler((error, request, reply) => fail({ app, words, house }, error, request, reply))
  app.setNotFoundHandler((request, reply) => fail({ app, words, house }, { statusCode: 404 }, request, reply))
  await app.register(cookie)
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { ttl }) =>
      Object.assign(new Error('too many'), {
        statusCode: 429,
        code: 'kernel.too_many',
        retry_after_s: Math.ceil(ttl / 1000),
      }),
  })
  const json = modules.flatMap((m) => Object.entries(m.routes).map(([name, route]) => ({ m, name, route })))
  const add = (scope: FastifyInstance, entries: typeof json) => {
    for (const { m, name, route } of entries) mount(scope, { house, identify, streams }, m, name, route)
  }
  await app.register(async (scope) => {
    // An empty body is no body: DELETE and some POSTs carry none.
    scope.removeContentTypeParser('application/json')
    scope.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: BODY_LIMIT }, parseJson)
    add(
      scope,
      json.filter(({ route }) => route.takes !== 'stream'),
    )
  })
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { bodyLimit: STREAM_LIMIT }, (_request, payload, done) =>
      done(null, payload),
    )
    add(
      scope,
      json.filter(({ route }) => route.takes === 'stream'),
    )
  })
  app.get('/healthz', async () => ({ status: 'ok', version: house.config.version, database: house.database }))
  app.get('/readyz', async (_request, reply) => {
    const rest = resting()
    if (rest) return reply.status(503).send({ status: 'restoring', ...rest })
    try {
      await withinMs(READY_MS, house.reader.query({ text: 'select 1' }))
      return { status: 'ready' }
    } catch {
      return reply.status(503).send({ status: 'not_ready' })
    }
  })
  return app
}

async function withinMs<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer in ${ms} ms`)), ms)
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** What is not HTTP has no request to answer: the problem is written by hand and the line is cut. */
function hangUp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const problem = problemOf(new Invalid([]), kernelWords, 'en', randomUUID())
  const body = JSON.stringify(problem)
  socket.end(
    `HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

function parseJson(
  _request: FastifyRequest,
  text: string | Buffer,
  done: (error: Error | null, body?: unknown) => void,
): void {
  let body: unknown
  try {
    body = text.length === 0 ? undefined : JSON.parse(text as string)
  } catch {
    done(Object.assign(new Error('bad json'), { code: 'FST_ERR_CTP_INVALID_JSON_BODY', statusCode: 400 }))
    return
  }
  done(null, body)
}

type Failing = { app: FastifyInstance; words: Words; house: House }

function fail(
  { app, words, house }: Failing,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const limited = (error as { code?: string; retry_after_s?: number }).code === 'kernel.too_many'
  const thrown = limited ? throttled(error as { retry_after_s: number }) : error
  const problem = problemOf(thrown, words, localeOf(request, null), request.id)
  if (classify(thrown).bug) {
    app.log.error({ err: error, request_id: request.id, route: request.routeOptions.url }, 'bug')
    const place = `${request.method} ${request.routeOptions.url ?? ''}`
    void noteFault(house, { place, error, request_id: request.id })
  }
  const retry = (problem.details as { retry_after_s?: number } | undefined)?.retry_after_s
  if (retry) reply.header('retry-after', String(Math.ceil(retry)))
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
  reply
    .status(problem.status)
    .header('content-type', 'application/problem+json')
    .send(Buffer.from(JSON.stringify(problem)))
}

function throttled({ retry_after_s }: { retry_after_s: number }): unknown {
  try {
    return refuse('kernel.too_many', 429, { retry_after_s })
  } catch (error) {
    return error
  }
}

const localeOf = (request: FastifyRequest, identity: Identity | null): Locale => {
  const header = request.headers['accept-language']
  if (header && /\b(zh|en)\b/i.test(header)) return pickLocale(header)
  return identity?.locale ?? request.said ?? 'en'
}

type Around = { house: House; identify: Identify; streams: Streams }

function mount(
  app: FastifyInstance,
  { house, identify, streams }: Around,
  module: Module,
  name: string,
  route: Route,
): void {
  const handler = module.handlers[name]!
  const label = `${route.method} ${route.path}`
  const gives = typeof route.gives === 'object' ? route.gives : null
  const status = route.creates ? 201 : gives || route.gives !== 'nothing' ? 200 : 204
  app.route({
    method: route.method,
    url: `/api/v1${route.path}`,
    schema: {
      ...(route.params ? { params: route.params } : {}),
      // A misspelt filter would give everybody: what a route does not know in its address is refused as in a body.
      querystring: { type: 'object', ...route.query, additionalProperties: false },
      ...(route.body && route.takes !== 'stream' ? { body: route.body } : {}),
      ...(gives ? { response: { [status]: gives } } : {}),
    },
    config: route.may === 'anyone' ? { rateLimit: { max: ANONYMOUS_PER_MINUTE, timeWindow: 60_000 } } : {},
    // Rights come before validation: a stranger learns nothing from how a body fails.
    onRequest: async (request) => {
      const identity = await identify(house, callerOf(request))
      if (identity) request.said = identity.locale
      request.ctx = admit(house, route, identity, request)
    },
    preValidation: async (request) =>
      refuseNul(request.query, request.params, route.takes === 'stream' ? null : request.body),
    handler: async (request, reply) => {
      const ctx = request.ctx!
      const input = incoming(house, request, reply, route)
      const run = (ctx: Ctx) => handler(ctx, input as never)
      // A streamed upload is told apart by its hash, which only its handler knows.
      const key = route.method === 'POST' && route.creates && route.takes !== 'stream' ? keyOf(request) : null
      let answer: unknown
      if (key) {
        const { answer: kept, replayed } = await once(
          ctx,
          {
            route: label,
            key,
            body: { body: request.body, params: request.params },
            status,
            secret: route.secret,
          },
          run,
        )
        if (replayed) reply.header('idempotency-replayed', 'true')
        answer = kept
      } else answer = await run(ctx)
      if (route.gives !== 'events') return respond(reply, route, status, answer)
      const again = async () => (await identify(house, callerOf(request)))?.who
      return streamEvents(streams, reply, answer as EventsAnswer, { who: ctx.who, again })
    },
  })
}

const callerOf = ({ cookies, headers, ip }: FastifyRequest): Caller => ({ cookies, headers, address: ip })

/** The one gate: who, may they, whose rows. No handler runs without having passed it. */
function admit(house: House, route: Route, identity: Identity | null, request: FastifyRequest): Ctx {
  if (!identity && route.may !== 'anyone')
    refuse(request.headers.authorization ? 'kernel.bad_key' : 'kernel.sign_in', 401)
  const writes = route.method !== 'GET'
  if (identity?.csrf && writes && route.may !== 'anyone' && request.headers['x-csrf-token'] !== identity.csrf)
    refuse('kernel.csrf', 403)
  const who = identity?.who ?? NOBODY
  const { reach, lacks } = admission(who, route)
  if (!reach) return refuse('kernel.not_allowed', 403, { permission: lacks })
  return {
    house,
    tx: null,
    who,
    reach,
    now: house.clock(),
    locale: localeOf(request, identity),
    zone: identity?.zone ?? 'UTC',
    request_id: request.id,
    log: house.log,
    recorded: null,
    if_match: ifMatch(request),
    progress: null,
  }
}

function ifMatch(request: FastifyRequest): number | null {
  const header = request.headers['if-match']
  if (header === undefined || header === '*') return null
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header)
  if (!version) return refuse('kernel.bad_if_match', 400)
  return Number(version[1])
}

function keyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key']
  if (key === undefined) return null
  if (Array.isArray(key) || !/^[\x21-\x7e]{1,200}$/.test(key)) return refuse('kernel.bad_key_header', 400)
  return key
}

function incoming(house: House, request: FastifyRequest, reply: FastifyReply, route: Route) {
  // A proxy that ends https may stand where we do not trust its headers: the configured address decides too.
  const secure = request.protocol === 'https' || house.config.publicUrl?.startsWith('https:') === true
  return {
    params: request.params,
    query: request.query,
    body: route.takes === 'stream' ? undefined : request.body,
    stream: route.takes === 'stream' ? (request.body ?? request.raw) : undefined,
    headers: request.headers,
    address: request.ip,
    cookies: request.cookies,
    setCookie: (name: string, value: string, max_age_s: number) =>
      reply.setCookie(name, value, {
        httpOnly: true,
        sameSite: 'lax',
        path: '/',
        secure,
        maxAge: max_age_s,
      }),
  }
}

async function respond(reply: FastifyReply, route: Route, status: number, answer: unknown): Promise<unknown> {
  reply.header('cache-control', 'no-store')
  if (route.gives === 'file') {
    const { stream: body, type, name, headers } = answer as FileAnswer
    if (name) reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
    if (headers) reply.headers(headers)
    return reply.type(type).header('x-content-type-options', 'nosniff').send(body)
  }
  if (route.gives === 'nothing') return reply.status(204).send()
  const version = (answer as { version?: unknown } | null)?.version
  if (typeof version === 'number') reply.header('etag', `"${version}"`)
  if (typeof answer !== 'object' || answer === null) return reply.status(status).send(answer)
  const body = encoded(reply.serializeInput(answer as Record<string, unknown>, String(status)) as string)
  return reply.status(status).type('application/json; charset=utf-8').send(body)
}

const scratch = Buffer.allocUnsafe(256 * 1024)

/** In one pass, where Buffer.from takes one to measure a string and one to write it: two thirds of the time. */
function encoded(text: string): Buffer {
  // A UTF-16 unit is three bytes at most.
  if (3 * text.length > scratch.length) return Buffer.from(text)
  return Buffer.from(scratch.subarray(0, scratch.write(text)))
}
