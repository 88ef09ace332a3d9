import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { quality } from '../contract.ts'

export const qualityApi: Api<typeof quality> = api('quality', quality)
