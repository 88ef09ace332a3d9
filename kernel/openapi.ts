import type { Module } from './module.ts'
import type { Route } from './route.ts'
import { type Locale, phrase } from './text.ts'

type Json = Record<string, unknown>
const problem = {
  description: 'Refused: RFC 9457 problem details with a stable `code`',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

/** OpenAPI 3.1 of every route, read off the same tables that the server mounts. */
export function openapi(modules: readonly Module[], version: string): Json {
  const paths: Record<string, Json> = {}
  for (const module of modules)
    for (const [name, route] of Object.entries(module.routes)) {
      const path = `/api/v1${route.path.replace(/:(\w+)/g, '{$1}')}`
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(module.name, name, route) }
    }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Guanxi',
      version,
      description:
        'Every relationship a business lives on. Money is an integer in minor units beside its currency; instants are ISO 8601 in UTC; lists page by key.',
    },
    servers: [{ url: '/' }],
    tags: modules.map((m) => ({ name: m.name })),
    security: [{ key: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key: `guanxi key create`' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'guanxi_session',
          description: 'Writes also need the header x-csrf-token from GET /api/v1/session',
        },
      },
      schemas: { Problem: problemSchema },
    },
  }
}

const problemSchema = {
  type: 'object',
  required: ['type', 'status', 'code', 'title', 'detail', 'request_id'],
  properties: {
    type: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'stable; branch on this' },
    title: { type: 'string' },
    detail: { type: 'string', description: "in the caller's language" },
    request_id: { type: 'string' },
    details: { type: 'object' },
    fields: {
      type: 'array',
      items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } },
    },
  },
}

function operation(module: string, name: string, route: Route): Json {
  const creates = route.creates && route.method === 'POST'
  return {
    operationId: `${module}.${name}`,
    tags: [module],
    summary: route.does,
    'x-may': route.may,
    ...(route.also ? { 'x-may-also': route.also } : {}),
    ...(route.may === 'anyone' ? { security: [] } : {}),
    parameters: [
      ...parameters(route.params, 'path'),
      ...parameters(route.query, 'query'),
      ...(creates
        ? [
            header(
              'Idempotency-Key',
              'The same key and body give the same answer for 48 hours; another body is refused',
            ),
          ]
        : []),
      ...(route.versioned ? [header('If-Match', 'The version that was read; another answers 412')] : []),
    ],
    ...(route.takes === 'stream'
      ? {
          requestBody: {
            required: true,
            content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
          },
        }
      : {}),
    ...(route.body && route.takes !== 'stream'
      ? { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } }
      : {}),
    responses: { ...success(route), default: { ...problem, description: refusals(route) } },
  }
}

function success(route: Route): Json {
  if (route.gives === 'nothing') return { 204: { description: 'Done' } }
  if (route.gives === 'file')
    return { 200: { description: 'The file', content: { 'application/octet-stream': {} } } }
  if (route.gives === 'events')
    return { 200: { description: 'Server-sent events', content: { 'text/event-stream': {} } } }
  return {
    [route.creates ? 201 : 200]: {
      description: 'OK',
      content: { 'application/json': { schema: route.gives } },
    },
  }
}

const refusals = (route: Route) =>
  route.refuses?.length
    ? `Refused: ${route.refuses.join(', ')}, or one of the kernel's codes`
    : problem.description
const header = (name: string, description: string) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string' },
})

function parameters(schema: Route['query'], where: 'path' | 'query'): Json[] {
  if (!schema) return []
  const required = (schema as { required?: string[] }).required ?? []
  return Object.entries(schema.properties).map(([name, one]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: one,
    ...((one as { description?: string }).description
      ? { description: (one as { description?: string }).description }
      : {}),
  }))
}

const html = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
const docs = {
  title: { zh: '关系 API', en: 'Guanxi API' },
  lead: {
    zh: '由路由表直接生成；机器可读版本见 {url}',
    en: 'Read off the route tables; for machines: {url}',
  },
  may: { zh: '权限', en: 'May' },
  takes: { zh: '传入', en: 'Takes' },
  gives: { zh: '返回', en: 'Gives' },
  refuses: { zh: '会拒绝', en: 'Refuses' },
}

/** A page a person can read: no script, nothing fetched from elsewhere. */
export function docsPage(modules: readonly Module[], locale: Locale): string {
  const say = (key: keyof typeof docs, params = {}) => html(phrase(docs[key], locale, params))
  const json = (value: unknown) => `<pre>${html(JSON.stringify(value, null, 2))}</pre>`
  const one = (
    module: Module,
    name: string,
    route: Route,
  ) => `<details id="${module.name}.${name}"><summary><b>${route.method}</b> <code>/api/v1${html(route.path)}</code> ${html(route.does)}</summary>
<p>${say('may')}: <code>${route.may}</code>${route.also ? ` + <code>${route.also}</code>` : ''}${route.refuses?.length ? ` · ${say('refuses')}: ${route.refuses.map((c) => `<code>${c}</code>`).join(' ')}` : ''}</p>
${route.params || route.query || route.body ? `<h4>${say('takes')}</h4>${json({ params: route.params, query: route.query, body: route.body })}` : ''}
<h4>${say('gives')}</h4>${json(route.gives)}</details>`
  const part = (module: Module) =>
    `<section><h2>${module.name}</h2>${Object.entries(module.routes)
      .map(([name, route]) => one(module, name, route))
      .join('\n')}</section>`
  return `<!doctype html><html lang="${locale}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${say('title')}</title><link rel="stylesheet" href="/api/docs.css">
<main><h1>${say('title')}</h1><p>${phrase(docs.lead, locale, { url: '<a href="/api/openapi.json">/api/openapi.json</a>' })}</p>${modules.map(part).join('')}</main></html>`
}

export const docsCss = `:root{color-scheme:light dark}body{font:14px/22px system-ui,"PingFang SC","Noto Sans CJK SC",sans-serif;margin:0}
main{max-width:960px;margin:0 auto;padding:24px 16px}h2{margin:28px 0 8px}details{border-top:1px solid #8884;padding:6px 0}
summary{cursor:pointer}pre{background:#8881;padding:12px;overflow:auto;border-radius:4px;font-size:12px;line-height:18px}`
