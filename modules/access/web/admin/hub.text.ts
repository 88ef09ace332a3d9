import { words } from '../../../../kernel/text.ts'

export const hubText = words({
  title: { zh: '管理', en: 'Administration' },
  lead: { zh: '谁能进来、能看什么，系统跑得怎样', en: 'Who gets in, what they see, how it all runs' },
  people: { zh: '人和权限', en: 'People and rights' },
  programs: { zh: '其他系统', en: 'Other systems' },
  record: { zh: '记录', en: 'On record' },
  running: { zh: '运行', en: 'Running' },
  users: { zh: '用户', en: 'Users' },
  users_about: {
    zh: '邀请、调整角色和组织、停用并移交客户',
    en: 'Invite, change role and unit, deactivate with a handover',
  },
  roles: { zh: '角色', en: 'Roles' },
  roles_about: {
    zh: '谁能做什么，看多大范围，哪些字段隐藏',
    en: 'Who may do what, over whose rows, with which fields withheld',
  },
  sees: { zh: '能看到什么？', en: 'What would they see?' },
  sees_about: {
    zh: '选一位用户和一个页面，看能不能、为什么',
    en: 'Choose a user and a page: may or may not, and why',
  },
  units: { zh: '组织', en: 'Units' },
  units_about: {
    zh: '总部、分公司、大区、团队，各有多少人和客户',
    en: 'Headquarters, branches, regions, teams, with people and customers',
  },
  keys: { zh: 'API 密钥', en: 'API keys' },
  keys_about: { zh: '给其他程序用，按角色限权', en: 'For other programs, limited by a role' },
  security: { zh: '登录安全', en: 'Sign-in security' },
  security_about: {
    zh: '两步验证要不要求、谁已开启、密码规则',
    en: 'Two-step sign-in: who needs it, who has it; password rules',
  },
  webhooks: { zh: 'Webhook', en: 'Webhooks' },
  webhooks_about: { zh: '有变化时签名通知其他系统', en: 'Tell other systems about changes, signed' },
  audit: { zh: '审计日志', en: 'Audit log' },
  audit_about: { zh: '谁在何时做了什么，可验证', en: 'Who did what and when, provable' },
  imports: { zh: '导入', en: 'Imports' },
  imports_about: { zh: '历次导入，报告与撤销', en: 'Every import with its report and undo' },
  jobs: { zh: '任务', en: 'Jobs' },
  jobs_about: { zh: '后台正在做什么、做完了什么', en: 'What runs in the background, what is done' },
  backups: { zh: '备份', en: 'Backups' },
  backups_about: { zh: '备份、试恢复、恢复', en: 'Back up, try, restore' },
  system: { zh: '系统', en: 'System' },
  system_about: { zh: '版本、数据库、磁盘、邮件', en: 'Versions, database, disk, mail' },
})
