import Checkbox from 'antd/es/checkbox'
import Select, { type SelectProps } from 'antd/es/select'
import { useEffect, useMemo, useState } from 'react'
import { useLocale, useText } from '../../../../apps/web/ui/index.ts'
import type { CustomFieldShape } from '../../contract.fields.ts'
import { type BulkAction, channels } from '../../contract.ts'
import { text as served } from '../../text.ts'
import { FieldInput } from '../fields/FieldInput.tsx'
import { useFieldName } from '../fields/sections.ts'
import { allRegions } from '../regions.ts'
import { text as listText } from '../text.ts'
import { useCustomFields } from '../useCustomFields.ts'
import { found, Line, type Part } from './Line.tsx'
import { text } from './text.ts'

const own = ['country', 'language', 'channel_preference'] as const
type Own = (typeof own)[number]
const CUSTOM = 'fields.'
// As long as one may pause while typing: each value is asked about before it is offered.
const TYPING_MS = 300

/** One field of the house's, or one of the company's that this reader may edit. */
export function SetField({ several, onAction }: Part & { several: boolean }) {
  const say = useText(text)
  const nameOf = useFieldName()
  // A value that only one may have is not given to several.
  const custom = useCustomFields().filter(
    ({ editable, distinct_values }) => editable && !(several && distinct_values),
  )
  const [field, setField] = useState<string>('country')
  const chosen = custom.find(({ key }) => field === CUSTOM + key)
  const houses = own.map((value) => ({ value: value as string, label: say(value) }))
  const companys = custom.map((one) => ({ value: CUSTOM + one.key, label: nameOf(one) }))
  const grouped = [
    { label: say('own_fields'), options: houses },
    { label: say('custom_fields'), options: companys },
  ]
  const options: SelectProps<string>['options'] = companys.length > 0 ? grouped : houses
  return (
    <>
      <Line label={say('field')}>
        <Select
          {...found}
          autoFocus
          aria-label={say('field')}
          value={field}
          options={options}
          onChange={(next: string) => {
            setField(next)
            onAction(null)
          }}
        />
      </Line>
      {chosen ? (
        <CustomValue key={field} field={chosen} onAction={onAction} />
      ) : (
        <OwnValue key={field} field={field as Own} onAction={onAction} />
      )}
    </>
  )
}

function OwnValue({ field, onAction }: Part & { field: Own }) {
  const say = useText(text)
  const word = useText(listText)
  const told = useText(served)
  const locale = useLocale()
  const regions = useMemo(() => allRegions(locale), [locale])
  const values = {
    country: regions.map(({ value, label }) => ({ value, label })),
    language: [
      { value: 'zh-CN', label: word('lang_zh') },
      { value: 'en', label: word('lang_en') },
    ],
    channel_preference: channels.map((value) => ({
      value: value as string,
      label: told(`channel.${value}`),
    })),
  }[field]
  return (
    <Line label={say('value')}>
      <Select
        {...found}
        aria-label={say('value')}
        placeholder={say('choose')}
        options={[{ value: '', label: say('empty') }, ...values]}
        onChange={(value: string) => onAction({ do: 'set', field, value: value || null })}
      />
    </Line>
  )
}

function CustomValue({ field, onAction }: Part & { field: CustomFieldShape }) {
  const say = useText(text)
  const [value, setValue] = useState<unknown>(null)
  const [empty, setEmpty] = useState(false)
  const asked = JSON.stringify(value)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a value is told by its words
  useEffect(() => {
    const action: BulkAction = { do: 'set', field: CUSTOM + field.key, value: empty ? null : value }
    onAction(null)
    if (!empty && value === null) return
    const later = setTimeout(() => onAction(action), empty ? 0 : TYPING_MS)
    return () => clearTimeout(later)
  }, [asked, empty])
  return (
    <>
      {!empty && (
        <Line label={say('value')}>
          <FieldInput field={field} value={value} onChange={setValue} label={say('value')} />
        </Line>
      )}
      {!field.required && (
        <Line label="">
          <Checkbox
            checked={empty}
            onChange={({ target }) => {
              setValue(null)
              setEmpty(target.checked)
            }}
          >
            {say('empty')}
          </Checkbox>
        </Line>
      )}
    </>
  )
}
