import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { search } from '../contract.ts'

export const searchApi: Api<typeof search> = api('search', search)
