import { useQuery } from '@tanstack/react-query'
import { type Api, api } from '../../../apps/web/ui/index.ts'
import { type CustomFieldShape, fields } from '../contract.fields.ts'

const fieldsApi: Api<typeof fields> = api('fields', fields)
const NONE: readonly CustomFieldShape[] = []

/** The custom fields that this reader's role sees, in their order. */
export function useCustomFields(): readonly CustomFieldShape[] {
  const found = useQuery({ ...fieldsApi.list.query(), staleTime: 60_000 })
  return found.data?.items ?? NONE
}
