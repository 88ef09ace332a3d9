import type { Ctx } from '../../kernel/ctx.ts'
import { phrase } from '../../kernel/text.ts'
import type { System } from './contract.ts'
import { findings } from './findings.ts'
import { roomOf } from './here.ts'
import {
  backupState,
  databaseState,
  jobState,
  memoryState,
  schemaState,
  sealState,
  workersOf,
} from './state.ts'
import { troubles } from './troubles.ts'

export async function showSystem(ctx: Ctx): Promise<System> {
  const { config, database } = ctx.house
  const { schema, schema_at } = await schemaState(ctx)
  return {
    at: ctx.now.toISOString(),
    findings: (await findings(ctx)).map(({ check, state, say, params }) => ({
      check,
      state,
      message: phrase(say, ctx.locale, params),
    })),
    versions: {
      guanxi: config.version,
      node: process.version,
      postgres: database.version,
      database: database.kind,
      schema,
      schema_at,
    },
    database: await databaseState(ctx),
    disk: { home: config.home, ...(await roomOf(config)) },
    memory: memoryState(),
    workers: await workersOf(ctx),
    jobs: await jobState(ctx),
    seal: await sealState(ctx),
    backup: await backupState(ctx),
    troubles: await troubles(ctx),
  }
}
