import { words } from '../../../../kernel/text.ts'

export const securityText = words({
  lead: { zh: '怎样才算是本人', en: 'What it takes to be let in' },
  two_step: { zh: '两步验证', en: 'Two-step sign-in' },
  for_all: { zh: '要求所有人使用', en: 'Ask it of everybody' },
  for_all_note: {
    zh: '没有设置的人，下一次操作起要先设置好才能继续；包括你自己。API 密钥不受影响。',
    en: 'Who has not set it up must do so before anything else, from their next step on; you too. API keys are not touched.',
  },
  for_roles: { zh: '要求这些角色使用', en: 'Ask it of these roles' },
  by_all: { zh: '已要求所有人，不用逐个选择', en: 'Asked of everybody: no need to choose' },
  passwords: { zh: '密码规则', en: 'Password rules' },
  rule_1: {
    zh: '至少 {min} 个字符，不要求大小写和符号混用',
    en: 'At least {min character|characters}; no mix of cases and marks is asked',
  },
  rule_2: {
    zh: '常见的、泄露名单上的、连续或重复的密码不能用（在本机检查，不外传）',
    en: 'Common and leaked ones, runs and repeats are refused (checked here, sent nowhere)',
  },
  rule_3: { zh: '不能是邮箱，或邮箱前半加几个字', en: 'Not the e-mail, nor its first half with little else' },
  rule_4: { zh: '只存 Argon2id 散列', en: 'Only an Argon2id hash is kept' },
  sessions: { zh: '登录', en: 'Sessions' },
  session_1: {
    zh: '14 天不用就要重新登录，最长 90 天',
    en: 'Sign in again after 14 idle days, after 90 at most',
  },
  session_2: {
    zh: '连续 5 次不对起，每次要等的时间加倍，最长 15 分钟；每次失败都在审计里',
    en: 'After 5 wrong tries each next one waits twice as long, 15 minutes at most; every failure is in the audit',
  },
  lost: { zh: '丢了手机又没有恢复码', en: 'Phone and recovery codes lost' },
  lost_text: {
    zh: '在“用户”里打开这个人，重置两步验证。最后一位管理员进不来时，在服务器上用 guanxi 命令：',
    en: 'Open the person under Users and reset it. If the last administrator is locked out, run guanxi on the server with:',
  },
})
