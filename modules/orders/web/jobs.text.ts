import { words } from '../../../kernel/text.ts'

/** How the work of orders appears among the background jobs. */
export const jobWords = words({
  'job.orders.revalue': { zh: '重新折算订单金额', en: 'Value orders anew' },
})
