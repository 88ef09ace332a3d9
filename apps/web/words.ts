import type { Words } from '../../kernel/text.ts'
import { jobWords as audit } from '../../modules/audit/web/jobs.text.ts'
import { jobWords as backups } from '../../modules/backups/web/jobs.text.ts'
import { jobWords as handover } from '../../modules/handover/web/jobs.text.ts'
import { jobWords as identity } from '../../modules/identity/web/jobs.text.ts'
import { jobWords as imports } from '../../modules/imports/web/jobs.text.ts'
import { jobWords as orders } from '../../modules/orders/web/jobs.text.ts'
import { jobWords as parties } from '../../modules/parties/web/bulk/text.ts'
import { jobWords as sample } from '../../modules/sample/web/jobs.text.ts'
import { jobWords as system } from '../../modules/system/web/jobs.text.ts'
import { jobWords as value } from '../../modules/value/web/jobs.text.ts'
import { jobWords as webhooks } from '../../modules/webhooks/web/jobs.text.ts'

/** Where a job's work is seen, from what its run says that it is about. */
export const jobPlace = (job: string, subject: Readonly<Record<string, unknown>>) =>
  job.startsWith('imports.') && typeof subject['import_id'] === 'number'
    ? { to: '/import', search: { id: String(subject['import_id']) } }
    : job === 'parties.bulk' && typeof subject['bulk_id'] === 'number'
      ? { to: `/bulk/${subject['bulk_id']}`, search: {} }
      : job === 'sample.load'
        ? { to: '/sample', search: {} }
        : undefined

/** Words of every module's jobs: `job.<name>`. */
export const jobWords: Words = {
  ...audit,
  ...backups,
  ...handover,
  ...identity,
  ...imports,
  ...orders,
  ...parties,
  ...sample,
  ...system,
  ...value,
  ...webhooks,
}
