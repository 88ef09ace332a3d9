import { words } from '../../kernel/text.ts'

export const text = words({
  'may.system:read': { zh: '查看系统状态', en: 'See how the installation is' },
  'may.system:write': { zh: '设置出错通知邮件', en: 'Set up the mail about what went wrong' },
  'audit.system.mail_changed': { zh: '修改了通知邮件设置', en: 'changed the mail settings' },

  'audit.system.mail_tested': { zh: '发送了测试邮件', en: 'sent a test mail' },

  'system.mail_incomplete': {
    zh: '还缺：{missing}。填好邮件服务器、发件人和收件人后再试',
    en: 'Still missing: {missing}. Fill in the mail server, the sender and a recipient first',
  },
  'system.mail_failed': { zh: '邮件没有发出：{reason}', en: 'The mail did not leave: {reason}' },
  'system.host': { zh: '邮件服务器', en: 'mail server' },
  'system.from': { zh: '发件人', en: 'sender' },
  'system.to': { zh: '收件人', en: 'recipient' },

  'system.job_failed': { zh: '后台任务失败', en: 'The job failed' },
  'system.backup_failed': { zh: '备份失败', en: 'The backup failed' },
  'system.check_failed': {
    zh: '试恢复未通过：恢复出来的数据与备份不一致，或审计链对不上',
    en: 'The trial restore failed: what came back differs, or the audit chain does not hold',
  },
  'system.fault': { zh: 'Guanxi 内部错误', en: 'A fault inside Guanxi' },

  'system.test_subject': { zh: 'Guanxi 测试邮件', en: 'Test mail from Guanxi' },
  'system.test_body': {
    zh: '这是一封测试邮件。收到它，说明出错通知能送达。\n\n{company}\n{url}',
    en: 'This is a test mail. That it arrived means that news of errors will too.\n\n{company}\n{url}',
  },
  'system.error_subject': {
    zh: 'Guanxi：{n} 个问题需要处理（{company}）',
    en: 'Guanxi: {n thing|things} went wrong ({company})',
  },
  'system.error_subject_one': {
    zh: 'Guanxi：1 个问题需要处理（{company}）',
    en: 'Guanxi: one thing went wrong ({company})',
  },
  'system.error_line': { zh: '{at}  {what}：{message}', en: '{at}  {what}: {message}' },
  'system.error_times': { zh: '（{n} 次）', en: ' ({n time|times})' },
  'system.error_foot': { zh: '详情见系统页：{url}', en: 'More on the system page: {url}' },
})
