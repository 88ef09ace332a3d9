import Form from 'antd/es/form'
import { useLocale, useText } from '../../../../apps/web/ui/index.ts'
import { useCustomFields } from '../useCustomFields.ts'
import { FieldInput } from './FieldInput.tsx'
import { useFieldName } from './sections.ts'
import { valueText } from './text.ts'

/** What a new customer is asked of the company's own fields: required ones, and those that are meant for it. */
export function AskedFields() {
  const fields = useCustomFields()
  const name = useFieldName()
  const say = useText(valueText)
  const locale = useLocale()
  const asked = fields.filter(
    ({ editable, required, ask_on_create }) => editable && (required || ask_on_create),
  )
  if (asked.length === 0) return null
  return (
    <div className="two-cols">
      {asked.map((field) => {
        const label = name(field)
        const help = locale === 'en' ? field.help_en || field.help_zh : field.help_zh || field.help_en
        return (
          <Form.Item
            key={field.key}
            name={['fields', field.key]}
            label={label}
            extra={help || undefined}
            initialValue={field.default_value ?? undefined}
            rules={field.required ? [{ required: true, message: say('need', { label }) }] : []}
          >
            <FieldInput field={field} label={label} />
          </Form.Item>
        )
      })}
    </div>
  )
}
