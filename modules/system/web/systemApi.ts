import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { system } from '../contract.ts'

export const systemApi: Api<typeof system> = api('system', system)
