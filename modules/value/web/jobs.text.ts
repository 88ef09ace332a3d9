import { words } from '../../../kernel/text.ts'

/** How the engine appears among the background jobs. */
export const jobWords = words({
  'job.value.run': { zh: '计算客户价值', en: 'Compute customer value' },
})
