import { useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Checkbox from 'antd/es/checkbox'
import Input from 'antd/es/input'
import InputNumber from 'antd/es/input-number'
import Segmented from 'antd/es/segmented'
import Select from 'antd/es/select'
import { useLocale, useText } from '../../../apps/web/ui/index.ts'
import { dimensions, knownFields, operators } from '../rules.ts'
import { text as served } from '../text.ts'
import { qualityApi } from './qualityApi.ts'
import { RolesChoice } from './RolesChoice.tsx'
import type { RuleEdit } from './RulesPage.tsx'
import { text } from './text.ts'

type OwnProps = {
  rule: RuleEdit
  may: boolean
  set: (patch: Partial<RuleEdit>) => void
  remove: () => void
}
type When = RuleEdit['when'][number]

function useFieldOptions() {
  const word = useText(served)
  const english = useLocale() === 'en'
  const { data } = useQuery({ ...qualityApi.fields.query(), staleTime: 60_000 })
  return [
    ...knownFields.map((value) => ({ value: value as string, label: word(`field.${value}`) })),
    ...(data?.items ?? []).map(({ key, label_zh, label_en }) => ({
      value: key,
      label: english ? label_en : label_zh,
    })),
  ]
}

/** A rule of the company’s own: fields that must not be empty, or conditions that must not hold. */
export function OwnRule({ rule, may, set, remove }: OwnProps) {
  const say = useText(text)
  const word = useText(served)
  const options = useFieldOptions()
  const asks = rule.when.length > 0 ? 'when' : 'required'
  return (
    <fieldset className="qown" disabled={!may}>
      <div className="row">
        <Checkbox checked={rule.on} disabled={!may} onChange={({ target }) => set({ on: target.checked })}>
          {say('is_on')}
        </Checkbox>
        <Input
          style={{ width: 180 }}
          value={rule.name_zh}
          maxLength={100}
          disabled={!may}
          placeholder={say('name_zh')}
          aria-label={say('name_zh')}
          onChange={({ target }) => set({ name_zh: target.value })}
        />
        <Input
          style={{ width: 180 }}
          value={rule.name_en}
          maxLength={100}
          disabled={!may}
          placeholder={say('name_en')}
          aria-label={say('name_en')}
          onChange={({ target }) => set({ name_en: target.value })}
        />
        <Select
          value={rule.dimension}
          disabled={!may}
          aria-label={say('dimension')}
          style={{ width: 130 }}
          options={dimensions.map((value) => ({ value, label: word(`dimension.${value}`) }))}
          onChange={(dimension: RuleEdit['dimension']) => set({ dimension })}
        />
        <InputNumber
          min={1}
          max={100}
          precision={0}
          value={rule.weight}
          disabled={!may}
          prefix={say('weight')}
          aria-label={say('weight')}
          onChange={(weight) => set({ weight: weight ?? 1 })}
        />
        <RolesChoice
          label={say('applies')}
          value={rule.roles}
          may={may}
          onChange={(roles) => set({ roles })}
        />
        {may && (
          <Button type="text" danger onClick={remove}>
            {say('remove')}
          </Button>
        )}
      </div>
      <div className="row">
        <Segmented
          value={asks}
          disabled={!may}
          aria-label={say('own_kind')}
          options={(['required', 'when'] as const).map((value) => ({ value, label: say(`own_${value}`) }))}
          onChange={(next) =>
            set(next === 'when' ? { required: [], when: [{ field: 'country', op: 'empty' }] } : { when: [] })
          }
        />
      </div>
      {asks === 'required' ? (
        <Select
          mode="multiple"
          value={rule.required}
          disabled={!may}
          options={options}
          optionFilterProp="label"
          aria-label={say('own_required')}
          onChange={(required: string[]) => set({ required })}
        />
      ) : (
        <Conditions when={rule.when} {...{ may, options }} onChange={(when) => set({ when })} />
      )}
    </fieldset>
  )
}

type ConditionsProps = {
  when: When[]
  may: boolean
  options: { value: string; label: string }[]
  onChange: (when: When[]) => void
}
function Conditions({ when, may, options, onChange }: ConditionsProps) {
  const say = useText(text)
  const put = (i: number, patch: Partial<When>) =>
    onChange(when.map((one, at) => (at === i ? { ...one, ...patch } : one)))
  return (
    <>
      {when.map((one, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no name but their place
        <div className="row" key={i}>
          <Select
            showSearch
            optionFilterProp="label"
            style={{ width: 170 }}
            value={one.field}
            disabled={!may}
            options={options}
            aria-label={say('rule')}
            onChange={(field: string) => put(i, { field })}
          />
          <Select
            style={{ width: 150 }}
            value={one.op}
            disabled={!may}
            options={operators.map((value) => ({ value, label: say(`op.${value}`) }))}
            aria-label={say('own_kind')}
            onChange={(op: When['op']) =>
              put(i, op === 'older_than' ? { op, days: one.days ?? 365 } : { op })
            }
          />
          {one.op === 'older_than' ? (
            <InputNumber
              min={1}
              value={one.days ?? 365}
              disabled={!may}
              aria-label={say('days')}
              onChange={(days) => put(i, { days: days ?? 1 })}
            />
          ) : (
            !one.op.endsWith('empty') && (
              <Input
                style={{ width: 180 }}
                value={one.value ?? ''}
                maxLength={200}
                disabled={!may}
                aria-label={say('value')}
                onChange={({ target }) => put(i, { value: target.value })}
              />
            )
          )}
          {may && when.length > 1 && (
            <Button type="text" onClick={() => onChange(when.filter((_, at) => at !== i))}>
              {say('remove')}
            </Button>
          )}
        </div>
      ))}
      {may && (
        <div className="row">
          <Button size="small" onClick={() => onChange([...when, { field: 'country', op: 'empty' }])}>
            {say('add_condition')}
          </Button>
        </div>
      )}
    </>
  )
}
