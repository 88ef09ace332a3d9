import { sweepRuns } from '../../kernel/export/run.ts'
import { defineModule } from '../../kernel/module.ts'
import { exportRoutes } from './contract.ts'
import { getExport } from './exports.ts'
import { text } from './text.ts'

/** How far exports are. What each list gives stands with the list: `exporting()` in its module's contract. */
export const module = defineModule({
  name: 'exports',
  tables: ['export_run'],
  routes: exportRoutes,
  handlers: { get: getExport },
  words: text,
  housekeeping: [(ctx) => sweepRuns(ctx.house)],
})
