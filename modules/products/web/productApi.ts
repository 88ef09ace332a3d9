import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { products } from '../contract.ts'

export const productApi: Api<typeof products> = api('products', products)
