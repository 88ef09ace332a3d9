import { words } from '../../../kernel/text.ts'

export const jobWords = words({
  'job.webhooks.deliver': { zh: '投递 Webhook', en: 'Delivering to a webhook' },
  'job.webhooks.sweep': { zh: '清理 Webhook 记录', en: 'Clearing the webhook log' },
})
