import { defineModule } from '../../kernel/module.ts'
import { webhooks } from './contract.ts'
import { deliver } from './deliver.ts'
import { consumers, sweep } from './hear.ts'
import { deliveries, replay } from './log.ts'
import { create, list, patch, remove, rotate } from './store.ts'
import { text } from './text.ts'

export const module = defineModule({
  name: 'webhooks',
  tables: ['webhook', 'webhook_delivery'],
  routes: webhooks,
  handlers: { list, create, patch, remove, rotate, deliveries, replay },
  words: text,
  jobs: [deliver, sweep],
  consumers,
  follows: {
    tables: [{ table: 'webhook_delivery', how: 'stays', because: 'a log of what others were told then' }],
  },
})
