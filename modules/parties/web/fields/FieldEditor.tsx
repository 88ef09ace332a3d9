import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Checkbox from 'antd/es/checkbox'
import Input from 'antd/es/input'
import Modal from 'antd/es/modal'
import Select from 'antd/es/select'
import { type ReactNode, useState } from 'react'
import { problemOf, uniqueKey, useText, useToast } from '../../../../apps/web/ui/index.ts'
import { Refused } from '../../../access/web/admin/parts.tsx'
import { text as shared } from '../../../access/web/admin/text.ts'
import { type FieldDefinition, fieldKinds } from '../../contract.fields.ts'
import { mayBeDistinct, mayBeFast } from '../../rules.fields.ts'
import { fieldKindText } from '../../text.fields.ts'
import { bodyOf, type Draft, draftOf, hasOptions, isBounded } from './draft.ts'
import { FieldInput } from './FieldInput.tsx'
import { FieldOptions } from './FieldOptions.tsx'
import { FieldRoles } from './FieldRoles.tsx'
import { fieldApi } from './fieldApi.ts'
import { RemoveField } from './RemoveField.tsx'
import { useFieldName } from './sections.ts'
import { fieldsText } from './text.ts'

type EditorProps = {
  field: FieldDefinition | undefined
  sections: readonly FieldDefinition[]
  onClose: () => void
}

/** A definition with how its control will look. Its kind and key say what is stored; the rest may change at any time. */
export default function FieldEditor({ field, sections, onClose }: EditorProps) {
  const say = useText(fieldsText)
  const own = useText(shared)
  const name = useFieldName()
  const toast = useToast()
  const queries = useQueryClient()
  const [draft, setDraft] = useState(() => draftOf(field, sections.at(-1) ?? {}))
  const [once, setOnce] = useState(uniqueKey)
  const set = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }))
  const done = async (ok: boolean) => {
    await queries.invalidateQueries({ queryKey: ['fields'] })
    if (!ok) return
    toast.ok(own('saved'))
    onClose()
  }
  const save = useMutation({
    mutationFn: async () => {
      const { key, ...body } = bodyOf(draft)
      if (!field)
        return fieldApi.create({ body: { ...body, ...(key ? { key } : {}) }, idempotency_key: once })
      return fieldApi.update({ params: { id: field.custom_field_id }, body, if_match: `"${field.version}"` })
    },
    onSuccess: () => done(true),
    onError: (error) => {
      if (problemOf(error)?.status) setOnce(uniqueKey())
    },
  })
  const nameless = !draft.label_zh.trim() && !draft.label_en.trim()
  return (
    <Modal
      open
      title={field ? say('edit_title', { name: name(field) }) : say('create')}
      onCancel={onClose}
      mask={{ closable: false }}
      width={680}
      footer={
        <div className="adacts">
          {field && <RemoveField field={field} onDone={() => void done(true)} />}
          <span className="sp" />
          <Button onClick={onClose}>{own('cancel')}</Button>
          <Button type="primary" loading={save.isPending} disabled={nameless} onClick={() => save.mutate()}>
            {field ? own('save') : say('create')}
          </Button>
        </div>
      }
    >
      <Refused error={save.error} />
      <div className="cfedit">
        <Words draft={draft} set={set} />
        <What draft={draft} set={set} fixed={field !== undefined} />
        {hasOptions(draft.kind) && (
          <FieldOptions options={draft.options} onChange={(options) => set({ options })} />
        )}
        <Switches draft={draft} set={set} />
        <Preview draft={draft} set={set} />
        <FieldRoles draft={draft} set={set} />
        {field && <Usage field={field} />}
      </div>
    </Modal>
  )
}

type PartProps = { draft: Draft; set: (part: Partial<Draft>) => void }

export function Labelled({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is its child
    <label>
      <span className="lb">{label}</span>
      {children}
    </label>
  )
}

function Words({ draft, set }: PartProps) {
  const say = useText(fieldsText)
  const line = (key: 'label_zh' | 'label_en' | 'section_zh' | 'section_en' | 'help_zh' | 'help_en') => (
    <Labelled label={say(key)}>
      <Input
        value={draft[key]}
        maxLength={key.startsWith('help') ? 500 : 60}
        autoComplete="off"
        onChange={(event) => set({ [key]: event.target.value })}
      />
    </Labelled>
  )
  return (
    <div className="two">
      {line('label_zh')}
      {line('label_en')}
      {line('section_zh')}
      {line('section_en')}
      {line('help_zh')}
      {line('help_en')}
    </div>
  )
}

function What({ draft, set, fixed }: PartProps & { fixed: boolean }) {
  const say = useText(fieldsText)
  const kind = useText(fieldKindText)
  const line = (key: 'decimals' | 'currency' | 'min' | 'max') => (
    <Labelled label={say(key)}>
      <Input
        value={draft[key]}
        maxLength={key === 'currency' ? 3 : 20}
        type={draft.kind === 'date' ? 'date' : 'text'}
        placeholder={key === 'currency' ? 'CNY' : key === 'decimals' ? '2' : undefined}
        onChange={(event) =>
          set({ [key]: key === 'currency' ? event.target.value.toUpperCase() : event.target.value })
        }
      />
    </Labelled>
  )
  return (
    <>
      <div className="two">
        <Labelled label={say('kind')}>
          <Select
            aria-label={say('kind')}
            value={draft.kind}
            onChange={(value) => set({ kind: value, default_value: null })}
            options={fieldKinds.map((value) => ({ value, label: kind(value) }))}
          />
        </Labelled>
        <Labelled label={say('key')}>
          <Input
            value={draft.key}
            disabled={fixed}
            maxLength={40}
            autoComplete="off"
            placeholder={say('key_note')}
            onChange={(event) => set({ key: event.target.value })}
          />
        </Labelled>
      </div>
      {isBounded(draft.kind) && (
        <div className="four">
          {draft.kind === 'number' && line('decimals')}
          {draft.kind === 'money' && line('currency')}
          {line('min')}
          {line('max')}
        </div>
      )}
    </>
  )
}

function Switches({ draft, set }: PartProps) {
  const say = useText(fieldsText)
  const box = (key: 'required' | 'distinct_values' | 'ask_on_create' | 'fast', allowed: boolean) => (
    <Checkbox
      checked={draft[key] && allowed}
      disabled={!allowed}
      onChange={(event) => set({ [key]: event.target.checked })}
    >
      {say(key)}
    </Checkbox>
  )
  return (
    <div className="checks">
      {box('required', true)}
      {box('distinct_values', mayBeDistinct(draft.kind))}
      {box('ask_on_create', true)}
      <span title={say('fast_note')}>{box('fast', mayBeFast(draft.kind))}</span>
    </div>
  )
}

/** The control as it will stand, and the default that is typed into it. */
function Preview({ draft, set }: PartProps) {
  const say = useText(fieldsText)
  const name = useFieldName()
  const { rules, options } = bodyOf(draft)
  const shown = {
    ...draft,
    custom_field_id: 0,
    position: 0,
    options: options ?? [],
    rules: rules ?? {},
    editable: true,
    slot: 'off' as const,
    archived_at: null,
    version: 1,
    created_at: '',
    updated_at: '',
  }
  const label = name(draft) || say('preview')
  const defaults = draft.kind !== 'party' && !draft.distinct_values
  return (
    <div className="fprev">
      <div className="two">
        <div>
          <span className="lb">{say('preview')}</span>
          <span className="lb">
            {label}
            {draft.required && ' *'}
          </span>
          <FieldInput key={`${draft.kind} ${draft.currency}`} field={shown} value={null} label={label} />
        </div>
        {defaults && (
          <div>
            <span className="lb">{say('default_value')}</span>
            <span className="lb">&nbsp;</span>
            <FieldInput
              key={draft.kind}
              field={{ ...shown, required: false }}
              value={draft.default_value}
              onChange={(default_value) => set({ default_value })}
              label={say('default_value')}
            />
          </div>
        )}
      </div>
    </div>
  )
}

function Usage({ field }: { field: FieldDefinition }) {
  const say = useText(fieldsText)
  const { data } = useQuery(fieldApi.get.query({ params: { id: field.custom_field_id } }))
  return <p className="mut s12">{data ? say('values_n', { n: data.values }) : ' '}</p>
}
