import { words } from '../../../../kernel/text.ts'

export const keysText = words({
  lead: {
    zh: '其他程序凭密钥使用，能做的不超过它的角色',
    en: 'Other programs work with a key, within its role',
  },
  list: { zh: 'API 密钥', en: 'API keys' },
  create: { zh: '新建密钥', en: 'New key' },
  create_do: { zh: '生成密钥', en: 'Make the key' },
  create_lead: {
    zh: '密钥像一位用户：角色决定能做什么，组织决定看到谁。权限给到够用就好。',
    en: 'A key is like a user: its role says what it may do, its unit whose rows it sees. Give no more than it needs.',
  },
  key_name: { zh: '用途', en: 'What it is for' },
  need_name: { zh: '填写用途，以后才认得出', en: 'Say what it is for, to know it again' },
  made_title: { zh: '“{name}”的密钥', en: 'The key of “{name}”' },
  key: { zh: '密钥', en: 'Key' },
  key_hint: {
    zh: '只显示这一次，系统不保存原文。请求时放在 Authorization: Bearer 之后。',
    en: 'Shown this once; we keep only its hash. Send it after Authorization: Bearer.',
  },
  hint: { zh: '开头', en: 'Begins' },
  by: { zh: '创建人', en: 'Made by' },
  used: { zh: '最近使用', en: 'Last used' },
  created: { zh: '创建', en: 'Created' },
  state: { zh: '状态', en: 'State' },
  works: { zh: '可用', en: 'Works' },
  revoked: { zh: '已停用', en: 'Revoked' },
  revoked_at: { zh: '停用时间', en: 'Revoked on' },
  revoke: { zh: '停用', en: 'Revoke' },
  revoke_title: { zh: '停用“{name}”？', en: 'Revoke “{name}”?' },
  revoke_text: {
    zh: '用它的程序立即被拒绝，不能恢复；需要时另建一个。',
    en: 'Programs that use it are refused at once. It cannot be brought back; make another when needed.',
  },
  revoke_done: { zh: '已停用“{name}”', en: '“{name}” is revoked' },
  empty_title: { zh: '还没有 API 密钥', en: 'No API keys yet' },
  empty_text: {
    zh: '让网店、呼叫中心或脚本读写客户，先给它一个密钥。',
    en: 'Let a shop, a call centre or a script read and write customers: it needs a key first.',
  },
})
