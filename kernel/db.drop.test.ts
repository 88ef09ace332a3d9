import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { databaseOf, dropDatabase } from './db.ts'
import { testDatabase } from './testing.ts'

test('a database with a session of ours still open is dropped', async () => {
  const database = await testDatabase()
  const owner = new pg.Client({ connectionString: database.owner })
  await owner.connect()
  const name = `in_use_${process.pid}`
  try {
    await owner.query(`create database ${name}`)
    const left = new pg.Client({ connectionString: databaseOf(database.owner, name) })
    left.on('error', () => {})
    await left.connect()
    await dropDatabase(owner, name)
    const { rowCount } = await owner.query('select from pg_database where datname = $1', [name])
    assert.equal(rowCount, 0)
  } finally {
    await owner.end()
    await database.drop()
  }
})
