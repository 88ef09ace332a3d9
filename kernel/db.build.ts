import { Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import type { DB } from '../db/types.gen.ts'
import type { Connected, Db } from './db.ts'

/** Kysely over whatever answers `query`. */
export function kyselyOver(client: Connected): Db {
  const lent = { query: client.query.bind(client), release: () => {} }
  return new Kysely<DB>({
    dialect: new PostgresDialect({
      pool: { connect: async () => lent as pg.PoolClient, end: async () => {} } as unknown as pg.Pool,
    }),
  })
}
