import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { orders } from '../contract.ts'

export const orderApi: Api<typeof orders> = api('orders', orders)
