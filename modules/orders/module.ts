import { defineModule } from '../../kernel/module.ts'
import { orders } from './contract.ts'
import { exportLines, exportOfParty, exportOrders } from './export.ts'
import { orderFollows } from './follows.ts'
import { orderHistory } from './history.ts'
import { baseChanged, rebuildFigures, revalueOrders } from './jobs.ts'
import { orderKeeper } from './keeper.ts'
import { listRates, setRate } from './money.ts'
import { findOrders, getOrder, ordersOfParty, purchasesOf } from './read.ts'
import { text } from './text.ts'
import { createOrder, replaceOrder } from './write.ts'

export const module = defineModule({
  name: 'orders',
  tables: ['orders', 'order_line', 'order_key', 'currency_rate'],
  routes: orders,
  handlers: {
    ofParty: ordersOfParty,
    exportOfParty,
    exportList: exportOrders,
    exportLines,
    purchases: purchasesOf,
    find: findOrders,
    create: createOrder,
    get: getOrder,
    replace: replaceOrder,
    history: orderHistory,
    rates: listRates,
    setRate,
  },
  words: text,
  jobs: [rebuildFigures, revalueOrders],
  consumers: [{ event: 'access.settings_changed', job: baseChanged }],
  keeps: orderKeeper,
  follows: orderFollows,
})
