import { words } from '../../../kernel/text.ts'

/** How verifications appear among the background jobs. */
export const jobWords = words({
  'job.audit.verify': { zh: '校验审计链', en: 'Verify the audit chain' },
  'job.audit.nightly_check': { zh: '每晚校验审计链', en: 'Verify the audit chain every night' },
})
