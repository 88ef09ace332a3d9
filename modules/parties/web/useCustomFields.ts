import { useQuery } from '@tanstack/react-query'
import { type Api, api, useLocale } from '../../../apps/web/ui/index.ts'
import { type CustomFieldShape, fields } from '../contract.fields.ts'

const fieldsApi: Api<typeof fields> = api('fields', fields)
const NONE: readonly CustomFieldShape[] = []

/** The custom fields that this reader's role sees, in their order. */
export function useCustomFields(): readonly CustomFieldShape[] {
  const found = useQuery({ ...fieldsApi.list.query(), staleTime: 60_000 })
  return found.data?.items ?? NONE
}

/** What `fields.<key>` is called; undefined for one that the reader does not see. */
export function useCustomNames(): (code: string) => string | undefined {
  const fields = useCustomFields()
  const english = useLocale() === 'en'
  return (code) => {
    const field = fields.find(({ key }) => code === `fields.${key}`)
    if (!field) return undefined
    const { label_zh, label_en } = field
    return english ? label_en || label_zh : label_zh || label_en
  }
}
