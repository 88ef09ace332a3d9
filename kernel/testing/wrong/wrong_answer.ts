import { defineModule } from '../../module.ts'
import { coupons, text } from './right.ts'

export const module = defineModule({
  name: 'coupons',
  routes: coupons,
  words: text,
  handlers: {
    get: async (_ctx, { params }) => ({ id: params.id, kode: 'SPRING' }), // wrong: a field that the contract lacks
    create: async (_ctx, { body }) => ({ id: 1, code: body.code }),
  },
})
