import { type Api, api } from '../../../../apps/web/ui/state/api.ts'
import { labels } from '../../contract.labels.ts'

export const labelsApi: Api<typeof labels> = api('labels', labels)
