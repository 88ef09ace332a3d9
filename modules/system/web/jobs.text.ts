import { words } from '../../../kernel/text.ts'

export const jobWords = words({
  'job.system.mail_errors': { zh: '出错通知邮件', en: 'Mail about errors' },
})
