import { words } from '../../../kernel/text.ts'

export const jobWords = words({
  'job.backups.take': { zh: '备份', en: 'Backup' },
  'job.backups.verify': { zh: '试恢复备份', en: 'Trial restore of a backup' },
})
