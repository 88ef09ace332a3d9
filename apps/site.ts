import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { projectRoot } from '../kernel/config.ts'
import type { Module } from '../kernel/module.ts'
import { docsCss, docsPage, openapi } from '../kernel/openapi.ts'
import { pickLocale } from '../kernel/text.ts'

const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; " +
  "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
const YEAR_S = 31_536_000

/** The built web app, the API's description, and the headers that every answer carries. */
export async function site(
  app: FastifyInstance,
  modules: readonly Module[],
  version: string,
  folder = join(projectRoot, 'dist/web'),
): Promise<void> {
  app.addHook('onSend', async (_request, reply) => {
    reply.headers({
      // A file of a customer's comes with a stricter one of its own.
      'content-security-policy': reply.getHeader('content-security-policy') ?? POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'x-frame-options': 'DENY',
    })
  })
  // Made when it is asked for: kept, it would be a megabyte of a server that nobody asks.
  app.get('/api/openapi.json', async () => openapi(modules, version))
  app.get('/api/docs', async (request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .send(docsPage(modules, pickLocale(request.headers['accept-language']))),
  )
  app.get('/api/docs.css', async (_request, reply) => reply.type('text/css').send(docsCss))
  if (!existsSync(join(folder, 'index.html'))) return
  // One route for all files: each with its own, as the plugin would, they hold three megabytes.
  await app.register(fastifyStatic, {
    root: folder,
    serve: false,
    setHeaders: (reply, path) => {
      // Built files carry their content's hash in their name.
      reply.header(
        'cache-control',
        path.includes('/assets/') ? `public, max-age=${YEAR_S}, immutable` : 'no-cache',
      )
    },
  })
  app.route<{ Params: { '*': string } }>({
    method: ['GET', 'HEAD'],
    url: '/*',
    handler: async ({ params: { '*': path } }, reply) => {
      if (path.startsWith('api/')) return reply.callNotFound()
      // A page's address is the web app's business; what looks like a file is one, or is not there.
      return reply.sendFile(/\.\w{1,5}$/.test(path) ? path : 'index.html')
    },
  })
}
