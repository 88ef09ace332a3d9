import type pg from 'pg'

type Query = (...args: unknown[]) => Promise<unknown>
/** `ask` goes to PostgreSQL, with what was given or with something else. */
export type Meddle = (statement: unknown, ask: Query, given: unknown[], client: pg.PoolClient) => unknown

/** Every statement of the pool's transactions goes through `meddle` from now on. */
export function meddleWith(pool: pg.Pool, meddle: Meddle): void {
  const connect = pool.connect.bind(pool) as () => Promise<pg.PoolClient>
  const meddled = async (...given: unknown[]) => {
    // The pool's own single queries come with a callback.
    if (given.length > 0) return (connect as (...given: unknown[]) => Promise<pg.PoolClient>)(...given)
    const client = await connect()
    const query = client.query.bind(client) as Query
    const release = client.release.bind(client)
    // The pool hands the same client out again: it must not be wrapped twice.
    Object.assign(client, {
      query: async (...args: unknown[]) => meddle(args[0], query, args, client),
      release: (error?: Error | boolean) => {
        Object.assign(client, { query, release })
        release(error)
      },
    })
    return client
  }
  Object.assign(pool, { connect: meddled })
}
