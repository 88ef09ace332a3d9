import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testHouse } from '../../../kernel/testing.ts'
import { modules } from '../../index.ts'
import { Copier, TextLane } from './copy.ts'

const house = await testHouse(modules)
after(() => house.close())

test('a connection lost under a COPY ends it with its error, however much is still to be sent', async () => {
  const client = await house.house.connect()
  await client.query('create temp table taken (word text)')
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const copier = new Copier(client)
  const first = new TextLane(copier, 'taken', ['word'])
  const second = new TextLane(copier, 'taken', ['word'])
  first.write('here\n')
  first.flush()
  await house.house.pool.query('select pg_terminate_backend($1)', [rows[0]!.pid])
  for (let i = 0; i < 40; i++) first.write(`${'x'.repeat(65_536)}\n`)
  await assert.rejects(async () => {
    for (;;) {
      first.write(`${'x'.repeat(65_536)}\n`)
      await copier.ready()
    }
  })
  // What still lies in a lane is sent at the end, after the failure.
  second.write('late\n')
  await assert.rejects(copier.end())
  await client.end().catch(() => {})
})
