import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { presence } from '../contract.ts'

export const presenceApi: Api<typeof presence> = api('presence', presence)
