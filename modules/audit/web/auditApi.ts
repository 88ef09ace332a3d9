import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { audit } from '../contract.ts'

export const auditApi: Api<typeof audit> = api('audit', audit)
