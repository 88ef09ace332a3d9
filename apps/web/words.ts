import type { Words } from '../../kernel/text.ts'
import { jobWords as imports } from '../../modules/imports/web/jobs.text.ts'
import { jobWords as orders } from '../../modules/orders/web/jobs.text.ts'

/** Words of every module's jobs: `job.<name>`. */
export const jobWords: Words = { ...imports, ...orders }
