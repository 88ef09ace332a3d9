import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { imports } from '../contract.ts'

export const importApi: Api<typeof imports> = api('imports', imports)
