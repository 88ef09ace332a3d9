import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { erasure } from '../contract.ts'

export const erasureApi: Api<typeof erasure> = api('erasure', erasure)
