import { useLocale, useText } from '../../../../apps/web/ui/index.ts'
import type { CustomFieldShape } from '../../contract.fields.ts'
import { useCustomFields } from '../useCustomFields.ts'
import { valueText } from './text.ts'
import './fields.css'

// Apart from the fields themselves: the first screen names them, and need not fetch what changes them.

type Section = { name: string; fields: CustomFieldShape[] }

/** Fields under what their section is called, in their order. */
export function useSections(): readonly Section[] {
  const fields = useCustomFields()
  const say = useText(valueText)
  const locale = useLocale()
  const sections: Section[] = []
  for (const field of fields) {
    const { section_zh, section_en } = field
    const name = (locale === 'en' ? section_en || section_zh : section_zh || section_en) || say('more')
    const there = sections.find((one) => one.name === name)
    if (there) there.fields.push(field)
    else sections.push({ name, fields: [field] })
  }
  return sections
}

export function useFieldName(): (field: Pick<CustomFieldShape, 'label_zh' | 'label_en'>) => string {
  const locale = useLocale()
  return ({ label_zh, label_en }) => (locale === 'en' ? label_en || label_zh : label_zh || label_en)
}
