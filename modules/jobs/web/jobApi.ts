import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { jobs } from '../contract.ts'

export const jobApi: Api<typeof jobs> = api('jobs', jobs)
