import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { ties } from '../contract.ts'

export const tieApi: Api<typeof ties> = api('ties', ties)
