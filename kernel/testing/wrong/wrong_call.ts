import { client, type Transport } from '../../client.ts'
import { coupons } from './right.ts'

export const call = (send: Transport) => client(coupons, send).create({ body: { kode: 'SPRING' } }) // wrong: the client knows the body
