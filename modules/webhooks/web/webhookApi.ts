import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { webhooks } from '../contract.ts'

export const webhookApi: Api<typeof webhooks> = api('webhooks', webhooks)
