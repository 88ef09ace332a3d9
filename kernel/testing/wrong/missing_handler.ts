import { defineModule } from '../../module.ts'
import { coupons, text } from './right.ts'

export const module = defineModule({
  name: 'coupons',
  routes: coupons,
  words: text,
  handlers: { get: async (_ctx, { params }) => ({ id: params.id, code: 'SPRING' }) }, // wrong: no create
})
