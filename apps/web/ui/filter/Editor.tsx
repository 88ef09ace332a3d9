import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import type { Option } from '../parts/Choice.tsx'
import { useText } from '../state/locale.ts'
import { chosen, folded, kindOf, opsOf, turned, unfolded } from './fresh.ts'
import type { Condition } from './model.ts'
import { isWhole, minorOf, opKey, type TimeUnit, type TreeField, timeUnits, typedOf } from './phrase.ts'
import { text } from './text.ts'

type EditorProps = {
  field: TreeField
  condition: Condition
  onDone: (condition: Condition) => void
  onCancel: () => void
  onRemove: () => void
  onOr: (condition: Condition) => void
  onNot: (condition: Condition) => void
}
/** One condition: how it compares, with what. Enter takes it, Escape leaves it as it was. */
export function Editor({ field, condition, onDone, onCancel, onRemove, onOr, onNot }: EditorProps) {
  const say = useText(text)
  const box = useRef<HTMLFieldSetElement>(null)
  const [draft, setDraft] = useState<Condition>(() =>
    chosen(field) ? { ...condition, op: folded[condition.op] ?? condition.op } : condition,
  )
  useEffect(() => {
    box.current?.querySelector<HTMLElement>('[data-first]')?.focus({ preventScroll: true })
  }, [])
  const whole = isWhole(draft, field)
  const finished = (): Condition => {
    if (!chosen(field)) return draft
    const values = Array.isArray(draft.value) ? draft.value : [draft.value]
    if (draft.op === 'empty' || draft.op === 'not_empty' || field.shape === 'yes_no') return draft
    const single = values.length === 1 && !draft.op.endsWith('below') && draft.op !== 'all_of'
    return {
      ...draft,
      op: single ? draft.op : (unfolded[draft.op] ?? draft.op),
      value: single ? values[0] : values,
    }
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !(event.target as HTMLElement).closest('button')) {
      if (whole) onDone(finished())
    } else if (event.key === 'Escape') onCancel()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <fieldset ref={box} className="fedit" onKeyDown={onKey}>
      <legend>{field.label}</legend>
      <select
        aria-label={say('how')}
        value={draft.op}
        onChange={({ target }) => setDraft(turned(draft, target.value, field))}
      >
        {opsOf(field).map((op) => (
          <option key={op} value={op}>
            {say(opKey(op, field.shape))}
          </option>
        ))}
      </select>
      <Value
        key={kindOf(draft.op, field)}
        field={field}
        draft={draft}
        onChange={(value) => setDraft({ ...draft, value })}
      />
      <div className="fdo">
        <button type="button" className="btn t s" onClick={onRemove}>
          {say('drop')}
        </button>
        <button type="button" className="btn t s" disabled={!whole} onClick={() => onOr(finished())}>
          {say('or_more')}
        </button>
        <button type="button" className="btn t s" disabled={!whole} onClick={() => onNot(finished())}>
          {say('not')}
        </button>
        <button type="button" className="btn p s" disabled={!whole} onClick={() => onDone(finished())}>
          {say('done')}
        </button>
      </div>
    </fieldset>
  )
}

type ValueProps = { field: TreeField; draft: Condition; onChange: (value: unknown) => void }
function Value({ field, draft, onChange }: ValueProps): ReactNode {
  const say = useText(text)
  const values = Array.isArray(draft.value) ? draft.value : draft.value === undefined ? [] : [draft.value]
  switch (kindOf(draft.op, field)) {
    case 'none':
      return null
    case 'yes_no':
      return (
        <select
          data-first
          aria-label={say('what')}
          value={String(draft.value)}
          onChange={({ target }) => onChange(target.value === 'true')}
        >
          <option value="true">{say('yes')}</option>
          <option value="false">{say('no')}</option>
        </select>
      )
    case 'options':
      return <Options field={field} values={values.map(String)} onChange={onChange} />
    case 'span':
      return <SpanInput value={draft.value} onChange={onChange} />
    case 'period':
      return (
        <select
          data-first
          aria-label={say('time_unit')}
          value={String(draft.value)}
          onChange={({ target }) => onChange(target.value)}
        >
          {timeUnits.map((unit) => (
            <option key={unit} value={unit}>
              {say(draft.op === 'this' ? `this_${unit}` : `previous_${unit}`)}
            </option>
          ))}
        </select>
      )
    case 'two':
      return (
        <div className="ftwo">
          <One
            field={field}
            label={say('from')}
            value={values[0]}
            onChange={(from) => onChange([from, values[1]])}
            first
          />
          <One
            field={field}
            label={say('to')}
            value={values[1]}
            onChange={(to) => onChange([values[0], to])}
          />
        </div>
      )
    case 'words':
      return (
        <input
          data-first
          aria-label={say('what')}
          placeholder={say('separate')}
          defaultValue={values.join('，')}
          onChange={({ target }) =>
            onChange(
              target.value
                .split(/[,，、;；]/)
                .map((one) => one.trim())
                .filter(Boolean),
            )
          }
        />
      )
    default:
      return <One field={field} label={say('what')} value={values[0]} onChange={onChange} first />
  }
}

type OneProps = {
  field: TreeField
  label: string
  value: unknown
  onChange: (value: unknown) => void
  first?: boolean
}
function One({ field, label, value, onChange, first }: OneProps) {
  const type =
    field.shape === 'number' || field.shape === 'money'
      ? 'number'
      : field.shape === 'day' || field.shape === 'instant'
        ? 'date'
        : 'text'
  // A number under way ("1.") is not one yet: what is typed stays as it is typed.
  const [typed, setTyped] = useState(() => typedOf(value, field))
  const told = (next: string) => {
    setTyped(next)
    if (next.trim() === '') onChange(undefined)
    else if (field.shape === 'money') onChange(minorOf(next, field))
    else if (field.shape === 'party') onChange(Number(next))
    else onChange(type === 'number' ? Number(next) : next.trim())
  }
  return (
    <label className="fone">
      <span className="vhide">{label}</span>
      <input
        {...(first ? { 'data-first': true } : {})}
        type={type}
        {...(type === 'number' ? { step: 'any' } : {})}
        value={typed}
        onChange={({ target }) => told(target.value)}
      />
      {field.currency && <span className="mut s12">{field.currency}</span>}
    </label>
  )
}

function SpanInput({ value, onChange }: { value: unknown; onChange: (value: unknown) => void }) {
  const say = useText(text)
  const { n, unit = 'day' } = (value ?? {}) as { n?: number; unit?: TimeUnit }
  return (
    <div className="ftwo">
      <input
        data-first
        type="number"
        min={0}
        max={9999}
        aria-label={say('how_many')}
        value={n ?? ''}
        onChange={({ target }) =>
          onChange({ n: target.value === '' ? undefined : Number(target.value), unit })
        }
      />
      <select
        aria-label={say('time_unit')}
        value={unit}
        onChange={({ target }) => onChange({ n, unit: target.value })}
      >
        {timeUnits.map((one) => (
          <option key={one} value={one}>
            {say(one)}
          </option>
        ))}
      </select>
    </div>
  )
}

const FIND_FROM = 9
type OptionsProps = { field: TreeField; values: readonly string[]; onChange: (value: unknown) => void }
/** Ticked ones; ids of people and units go as numbers. */
function Options({ field, values, onChange }: OptionsProps) {
  const say = useText(text)
  const [find, setFind] = useState('')
  const wanted = find.trim().toLowerCase()
  const options = field.options ?? []
  const known = new Set(options.map(({ value }) => value))
  // A tag that was typed by hand, an owner who is not on the list any more: kept, and can be taken away.
  const extra: Option[] = values
    .filter((value) => !known.has(value))
    .map((value) => ({ value, label: value }))
  const typed: Option[] =
    field.key === 'tag' && wanted && !known.has(find.trim())
      ? [{ value: find.trim(), label: find.trim() }]
      : []
  const shown = [...extra, ...options, ...typed].filter(
    ({ value, label, note, hidden }) =>
      `${label} ${note ?? ''}`.toLowerCase().includes(wanted) && (!hidden || values.includes(value)),
  )
  const numeric = field.shape === 'owner' || field.shape === 'unit' || field.shape === 'party'
  const native = (value: string): unknown => (numeric && /^\d+$/.test(value) ? Number(value) : value)
  const toggle = (value: string, on: boolean) =>
    onChange((on ? [...values, value] : values.filter((one) => one !== value)).map(native))
  return (
    <div className="fopts">
      {(options.length >= FIND_FROM || field.key === 'tag') && (
        <input
          data-first
          className="cfind"
          value={find}
          placeholder={say('find')}
          aria-label={say('find')}
          onChange={({ target }) => setFind(target.value)}
        />
      )}
      <div className="fticks">
        {shown.map(({ value, label, note }, i) => (
          <label key={value} className="opt">
            <input
              type="checkbox"
              {...(i === 0 && options.length < FIND_FROM ? { 'data-first': true } : {})}
              checked={values.includes(value)}
              onChange={({ target }) => toggle(value, target.checked)}
            />
            <span className="cut">{label}</span>
            {note && <span className="mut s12 nw">{note}</span>}
          </label>
        ))}
        {shown.length === 0 && <div className="none">{say('nothing')}</div>}
      </div>
    </div>
  )
}
