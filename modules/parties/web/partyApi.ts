import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { parties } from '../contract.ts'

export const partyApi: Api<typeof parties> = api('parties', parties)
