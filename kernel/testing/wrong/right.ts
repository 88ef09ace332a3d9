import { Type as T } from 'typebox'
import { defineModule } from '../../module.ts'
import { Body, ById, route, routes } from '../../route.ts'
import { words } from '../../text.ts'

// The same shapes written rightly: what stands in the other files fails for the marked line alone.
export const coupons = routes({
  get: route('GET /coupons/:id', {
    may: 'coupons:read',
    does: 'Read a coupon',
    params: ById,
    gives: T.Object({ id: T.Integer(), code: T.String() }),
  }),
  create: route('POST /coupons', {
    may: 'coupons:write',
    does: 'Create a coupon',
    body: Body({ code: T.String() }),
    gives: T.Object({ id: T.Integer(), code: T.String() }),
    creates: true,
  }),
})
export const text = words({ title: { zh: '优惠券', en: 'Coupons' } })
export const module = defineModule({
  name: 'coupons',
  routes: coupons,
  words: text,
  handlers: {
    get: async (_ctx, { params }) => ({ id: params.id, code: 'SPRING' }),
    create: async (_ctx, { body }) => ({ id: 1, code: body.code }),
  },
})
