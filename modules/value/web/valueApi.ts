import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { value } from '../contract.ts'

export const valueApi: Api<typeof value> = api('value', value)
