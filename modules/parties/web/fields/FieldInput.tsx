import Input from 'antd/es/input'
import Select from 'antd/es/select'
import { useState } from 'react'
import { useCompany, useLocale, useText } from '../../../../apps/web/ui/index.ts'
import { PartyPicker, type Picked } from '../../../ties/web/PartyPicker.tsx'
import type { CustomFieldShape } from '../../contract.fields.ts'
import { optionLabel } from '../../rules.fields.ts'
import { valueText } from './text.ts'
import { parseTyped, type Told, typedOf } from './typed.ts'

type InputProps = {
  field: CustomFieldShape
  value?: unknown
  onChange?: (value: unknown) => void
  id?: string
  label: string
}

/** One value in a form. What it gives is what the API takes. */
export function FieldInput({ field, value, onChange = () => undefined, id, label }: InputProps) {
  const say = useText(valueText)
  const locale = useLocale()
  const shared = { 'aria-label': label, ...(id ? { id } : {}) }
  const options = field.options
    .filter(
      ({ key, archived }) => !archived || key === value || (Array.isArray(value) && value.includes(key)),
    )
    .map(({ key }) => ({ value: key, label: optionLabel(field, key, locale) }))
  switch (field.kind) {
    case 'yes_no':
      return (
        <Select
          {...shared}
          allowClear={!field.required}
          placeholder={say('none')}
          value={value === true ? 'yes' : value === false ? 'no' : undefined}
          onChange={(picked) => onChange(picked === undefined ? null : picked === 'yes')}
          options={[
            { value: 'yes', label: say('yes') },
            { value: 'no', label: say('no') },
          ]}
        />
      )
    case 'choice':
      return (
        <Select
          {...shared}
          allowClear={!field.required}
          placeholder={say('none')}
          showSearch={{ optionFilterProp: 'label' }}
          value={(value as string | null) ?? undefined}
          onChange={(picked) => onChange(picked ?? null)}
          options={options}
        />
      )
    case 'multi_choice':
      return (
        <Select
          {...shared}
          mode="multiple"
          placeholder={say('none')}
          showSearch={{ optionFilterProp: 'label' }}
          value={(value as string[] | null) ?? []}
          onChange={(picked: string[]) => onChange(picked.length > 0 ? picked : null)}
          options={options}
        />
      )
    case 'party':
      return <PartyInput value={value} onChange={onChange} label={label} />
    case 'long_text':
      return (
        <Input.TextArea
          {...shared}
          rows={3}
          maxLength={20_000}
          value={(value as string | null) ?? ''}
          onChange={(event) => onChange(event.target.value || null)}
        />
      )
    default:
      return <Line field={field} value={value} onChange={onChange} shared={shared} />
  }
}

type LineProps = {
  field: CustomFieldShape
  value: unknown
  onChange: (value: unknown) => void
  shared: { 'aria-label': string; id?: string }
}
/** Typed: kept as it was typed while one types, given on as what it means. */
function Line({ field, value, onChange, shared }: LineProps) {
  const say = useText(valueText)
  const { base_currency } = useCompany()
  const [typed, setTyped] = useState(() => (typeof value === 'string' ? value : typedOf(field, value)))
  const { kind, rules } = field
  const currency = rules.currency ?? base_currency
  return (
    <Input
      {...shared}
      autoComplete="off"
      type={kind === 'date' ? 'date' : kind === 'link' ? 'url' : 'text'}
      inputMode={kind === 'number' || kind === 'money' ? 'decimal' : undefined}
      maxLength={kind === 'link' ? 2000 : 500}
      placeholder={kind === 'money' ? say('amount_hint') : kind === 'link' ? say('link_hint') : undefined}
      suffix={kind === 'money' ? <span className="mut">{currency}</span> : undefined}
      value={typed}
      onChange={(event) => {
        setTyped(event.target.value)
        onChange(parseTyped(field, event.target.value, base_currency))
      }}
    />
  )
}

function PartyInput({ value, onChange, label }: Omit<LineProps, 'field' | 'shared'> & { label: string }) {
  const say = useText(valueText)
  const told = value as Told | number | null | undefined
  const [picked, setPicked] = useState<Picked | undefined>(
    told && typeof told === 'object' && told.id !== null ? { id: told.id, name: told.name } : undefined,
  )
  return (
    <PartyPicker
      label={label}
      hint={say('find_party')}
      creates={false}
      focus={false}
      value={picked}
      onPick={(next) => {
        setPicked(next)
        onChange(next && 'id' in next ? next.id : null)
      }}
    />
  )
}
