import pg from 'pg'
import { readMigrations } from '../kernel/migrate.ts'
import { testDatabase } from '../kernel/testing.ts'
import { type Generated, generate, writeGenerated } from './generate.ts'

/** Migrates a database of its own and reads the two files off it. */
export async function generateFresh(): Promise<Generated> {
  const database = await testDatabase()
  const client = new pg.Client({ connectionString: database.owner })
  await client.connect()
  try {
    const migrations = await readMigrations()
    return await generate(client, migrations.map((migration) => migration.text).join('\n'))
  } finally {
    await client.end()
    await database.drop()
  }
}

// `npm run generate`
if (import.meta.main) await writeGenerated(await generateFresh())
