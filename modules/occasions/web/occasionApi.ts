import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { occasions } from '../contract.ts'

export const occasionApi: Api<typeof occasions> = api('occasions', occasions)
