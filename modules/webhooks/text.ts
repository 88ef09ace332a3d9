import { words } from '../../kernel/text.ts'

export const text = words({
  'webhooks.url_bad': {
    zh: '地址要以 https:// 开头，不能带用户名和密码',
    en: 'The address begins with https:// and carries no user name or password',
  },
  'webhooks.not_found': { zh: '找不到这个域名', en: 'This name was not found' },
  'webhooks.not_public': {
    zh: '只能发往公网地址，本机和内网不行',
    en: 'Only public addresses: not this machine, not its network',
  },
  'webhooks.secret_lost': {
    zh: '签名密钥打不开（来自另一处安装的备份），请换一个',
    en: 'The signing secret cannot be opened (a backup of another installation): make a new one',
  },
  'may.webhooks:read': { zh: '查看 Webhook 和投递记录', en: 'See webhooks and their log' },
  'may.webhooks:write': { zh: '添加、修改、重发 Webhook', en: 'Add, change and replay webhooks' },
})
