import { type Api, api } from '../../../../apps/web/ui/state/api.ts'
import { fields } from '../../contract.fields.ts'

export const fieldApi: Api<typeof fields> = api('fields', fields)
