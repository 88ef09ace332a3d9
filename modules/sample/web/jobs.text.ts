import { words } from '../../../kernel/text.ts'

/** How the loading of the sample appears among the background jobs. */
export const jobWords = words({ 'job.sample.load': { zh: '载入示例公司', en: 'Load the sample company' } })
