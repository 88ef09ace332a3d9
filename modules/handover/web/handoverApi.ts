import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { handover } from '../contract.ts'

export const handoverApi: Api<typeof handover> = api('handover', handover)
