import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { identity } from '../contract.ts'

export const identityApi: Api<typeof identity> = api('identity', identity)
