import Button from 'antd/es/button'
import { useEffect, useRef, useState } from 'react'
import { useCompany, useLocale, useText } from '../../../../apps/web/ui/index.ts'
import { EditingHere } from '../../../presence/web/EditingHere.tsx'
import { useEditing } from '../../../presence/web/here.ts'
import type { CustomFieldShape } from '../../contract.fields.ts'
import type { Party } from '../../contract.ts'
import { optionLabel } from '../../rules.fields.ts'
import { ClashPanel } from '../Clash.tsx'
import { PartyField, PartyPick } from '../PartyField.tsx'
import { text } from '../party.text.ts'
import { Clashed, usePartyWrite, useWhy } from '../usePartyWrite.ts'
import { FieldInput } from './FieldInput.tsx'
import { useFieldName, useSections } from './sections.ts'
import { valueText } from './text.ts'
import { parseTyped, typedOf } from './typed.ts'
import { Leads, Value } from './Value.tsx'
import './fields.css'

/** What the company keeps of its own, in its sections. Each value is changed where it stands. */
export function PartyValues({ party, may }: { party: Party; may: boolean }) {
  const name = useFieldName()
  const locale = useLocale()
  return useSections().map((section) => (
    <section key={section.name} className="blk" aria-label={section.name}>
      <h2>{section.name}</h2>
      <dl className="kv">
        {section.fields.map((field) => (
          <div key={field.key}>
            <dt
              title={
                (locale === 'en' ? field.help_en || field.help_zh : field.help_zh || field.help_en) ||
                undefined
              }
            >
              {name(field)} {may && field.editable && <Leads field={field} value={party.fields[field.key]} />}
            </dt>
            <One party={party} field={field} may={may && field.editable} />
          </div>
        ))}
      </dl>
    </section>
  ))
}

type OneProps = { party: Party; field: CustomFieldShape; may: boolean }
function One(props: OneProps) {
  const { party, field, may } = props
  const say = useText(valueText)
  const name = useFieldName()
  const locale = useLocale()
  const { base_currency } = useCompany()
  const label = name(field)
  const value = party.fields[field.key]
  const shown = value === undefined ? undefined : <Value field={field} value={value} plain={may} />
  const at = `fields.${field.key}`
  const set = (write: ReturnType<typeof usePartyWrite>, next: unknown, base: Party) =>
    write.patch({ fields: { [field.key]: next } }, base)
  const optional = field.required ? [] : [{ value: '', label: say('none') }]
  switch (field.kind) {
    case 'yes_no':
      return (
        <PartyPick
          party={party}
          field={at}
          label={label}
          value={value === true ? 'yes' : value === false ? 'no' : ''}
          shown={shown}
          options={[...optional, { value: 'yes', label: say('yes') }, { value: 'no', label: say('no') }]}
          save={(write, picked, base) => set(write, picked === '' ? null : picked === 'yes', base)}
          may={may}
        />
      )
    case 'choice':
      return (
        <PartyPick
          party={party}
          field={at}
          label={label}
          value={String(value ?? '')}
          shown={shown}
          options={[
            ...optional,
            ...field.options
              .filter(({ key, archived }) => !archived || key === value)
              .map(({ key }) => ({ value: key, label: optionLabel(field, key, locale) })),
          ]}
          save={(write, picked, base) => set(write, picked || null, base)}
          may={may}
        />
      )
    case 'multi_choice':
    case 'party':
    case 'date':
      return <Boxed {...props} shown={shown} label={label} />
    default:
      return (
        <PartyField
          party={party}
          field={at}
          label={label}
          read={(one) => typedOf(field, one.fields[field.key])}
          save={(write, typed, base) => set(write, parseTyped(field, typed, base_currency), base)}
          max={field.kind === 'long_text' ? 20_000 : field.kind === 'link' ? 2000 : 500}
          {...(field.kind === 'long_text' ? { lines: 4 } : {})}
          required={field.required}
          may={may}
        >
          {shown && (field.kind === 'long_text' ? <span className="pnotes">{shown}</span> : shown)}
        </PartyField>
      )
  }
}

/** A value whose control needs room: opened in its place, kept by a button, left by Esc. */
function Boxed({ party, field, may, shown, label }: OneProps & { shown: React.ReactNode; label: string }) {
  const say = useText(valueText)
  const own = useText(text)
  const why = useWhy()
  const write = usePartyWrite(party)
  const [draft, setDraft] = useState<{ value: unknown; base: Party }>()
  const [clash, setClash] = useState<{ mine: unknown }>()
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const box = useRef<HTMLElement>(null)
  const is_open = draft !== undefined
  useEditing(party.id, `fields.${field.key}`, is_open)
  useEffect(() => {
    if (is_open) box.current?.querySelector<HTMLElement>('input, button')?.focus()
  }, [is_open])
  if (!may && !draft) return <dd>{shown ?? <span className="mut">—</span>}</dd>
  // A party that is picked is the answer; of the others one may want several, or to think again.
  const isParty = field.kind === 'party'
  const end = () => {
    setDraft(undefined)
    setProblem(undefined)
    setClash(undefined)
  }
  if (!draft)
    return (
      <dd>
        <button
          type="button"
          className="inl"
          title={own('edit_hint')}
          aria-label={own('edit', { name: label })}
          onClick={() => setDraft({ value: party.fields[field.key] ?? null, base: party })}
        >
          {shown ?? <span className="mut">—</span>}
        </button>
        <EditingHere id={party.id} field={`fields.${field.key}`} />
      </dd>
    )
  const save = async (value: unknown, base = draft.base) => {
    setBusy(true)
    setClash(undefined)
    try {
      await write.patch({ fields: { [field.key]: value } }, base)
      end()
    } catch (error) {
      if (error instanceof Clashed) setClash({ mine: value })
      else setProblem(own('not_saved', { why: why(error) }))
    } finally {
      setBusy(false)
    }
  }
  return (
    <dd
      ref={box}
      className="fbox"
      onKeyDown={(event) => {
        if (event.key === 'Escape') end()
        else if (event.key === 'Enter' && field.kind === 'date') void save(draft.value)
        else return
        event.stopPropagation()
      }}
    >
      <FieldInput
        field={field}
        value={isParty ? null : draft.value}
        onChange={(value) =>
          isParty && value !== null ? void save(value) : setDraft({ value, base: draft.base })
        }
        label={label}
      />
      <span className="fact">
        {!isParty && (
          <Button size="small" type="primary" loading={busy} onClick={() => void save(draft.value)}>
            {say('done')}
          </Button>
        )}
        {!field.required && (
          <Button size="small" disabled={busy} onClick={() => void save(null)}>
            {say('clear')}
          </Button>
        )}
      </span>
      {clash && (
        <ClashPanel
          party={party}
          field={`fields.${field.key}`}
          mine={
            // A party is picked by its number; its name is on the control that picked it.
            isParty ? (
              own('clash_mine')
            ) : clash.mine === null ? null : (
              <Value field={field} value={clash.mine} plain />
            )
          }
          theirs={shown}
          busy={busy}
          onMine={() => void save(clash.mine, party)}
          onTheirs={end}
        />
      )}
      {problem && (
        <span className="inlp" role="alert">
          {problem}
        </span>
      )}
    </dd>
  )
}
