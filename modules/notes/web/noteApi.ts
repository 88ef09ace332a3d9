import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { notes } from '../contract.ts'

export const noteApi: Api<typeof notes> = api('notes', notes)
