import { Type as T } from 'typebox'
import { route } from '../../route.ts'

export const list = route('GET /coupons', { does: 'List coupons', gives: T.Array(T.String()) }) // wrong: no may
