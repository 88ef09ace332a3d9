import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { pools } from '../contract.ts'

export const poolApi: Api<typeof pools> = api('pools', pools)
