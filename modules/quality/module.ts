import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx } from '../../kernel/ctx.ts'
import { defineModule } from '../../kernel/module.ts'
import type { Input } from '../../kernel/route.ts'
import { fieldsSeen, labelOf } from '../parties/fields/catalogue.ts'
import { forgetCounts } from '../parties/list/count.ts'
import { markContact, verifyContact } from './checks.ts'
import { quality } from './contract.ts'
import { exportQuality } from './export.ts'
import { qualityFollows } from './follows.ts'
import { dataChanged, hear, listen, nightly, startSweep, sweep } from './jobs.ts'
import { qualityKeeper } from './keeper.ts'
import { look } from './look.ts'
import { list } from './read/list.ts'
import { overview } from './read/overview.ts'
import { partyQuality } from './read/party.ts'
import { mustReachAll, rulesHistory, toldRules, writeRules } from './settings.ts'
import { skip, unskip } from './skips.ts'
import { text } from './text.ts'

const run = (ctx: Ctx) =>
  atomically(ctx, async (ctx) => {
    mustReachAll(ctx)
    const run_id = await startSweep(ctx)
    await record(ctx, { action: 'quality.run_asked', subject: 'job_run', subject_id: run_id, event: false })
    return { run_id }
  })

/** New rules and the job that applies them are one write. */
const setRules = (ctx: Ctx, { body }: Input<typeof quality.writeRules>) => {
  mustReachAll(ctx)
  return writeRules(ctx, body, startSweep)
}

/** Whoever did it finds the customers' list, filtered by quality, as it is now. */
const thenFound =
  <I, O>(does: (ctx: Ctx, input: I) => Promise<O>) =>
  async (ctx: Ctx, input: I): Promise<O> => {
    const told = await does(ctx, input)
    forgetCounts(ctx.house)
    return told
  }

export const module = defineModule({
  name: 'quality',
  tables: ['quality_rules', 'party_quality', 'contact_check', 'quality_skip', 'quality_day', 'quality_state'],
  routes: quality,
  handlers: {
    overview,
    list,
    exportList: exportQuality,
    ofParty: (ctx, { params }) => partyQuality(ctx, params.id),
    look: thenFound(look),
    verify: thenFound(verifyContact),
    mark: thenFound(markContact),
    skip: thenFound(skip),
    unskip: thenFound(unskip),
    fields: async (ctx) => ({
      items: (await fieldsSeen(ctx)).map((field) => ({
        key: `fields.${field.key}`,
        label_zh: labelOf(field, 'zh-CN'),
        label_en: labelOf(field, 'en'),
      })),
    }),
    rules: toldRules,
    writeRules: setRules,
    rulesHistory,
    run,
  },
  words: text,
  jobs: [sweep, dataChanged, nightly, hear],
  consumers: [
    { event: 'imports.imported', job: dataChanged },
    { event: 'imports.undone', job: dataChanged },
    { event: 'imports.redone', job: dataChanged },
    { event: 'sample.loaded', job: dataChanged },
    { event: 'sample.removed', job: dataChanged },
    { event: 'backups.restored', job: dataChanged },
  ],
  housekeeping: [listen],
  keeps: qualityKeeper,
  follows: qualityFollows,
})
