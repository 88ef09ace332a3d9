import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify from 'fastify'
import { site } from './site.ts'

test('every answer carries a policy, and a file keeps the stricter one that it came with', async () => {
  const app = fastify()
  await site(app, [], '0', '/nowhere')
  app.get('/page', async () => 'page')
  app.get('/file', async (_request, reply) =>
    reply.header('content-security-policy', "sandbox; default-src 'none'").send('file'),
  )
  const policy = async (url: string) => (await app.inject(url)).headers['content-security-policy']
  assert.match(String(await policy('/page')), /^default-src 'self'/)
  assert.equal(await policy('/file'), "sandbox; default-src 'none'")
  assert.match(String(await policy('/api/openapi.json')), /^default-src 'self'/)
  await app.close()
})
