import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useId, useState } from 'react'
import { Icon, useCan, useText } from '../../../apps/web/ui/index.ts'
import { partyApi } from '../../parties/web/partyApi.ts'
import { text } from './text.ts'
import './ties.css'

export type Picked = { id: number; name: string } | { create: string }
type PickerProps = {
  label: string
  kind?: 'person' | 'organisation'
  except?: number
  value: Picked | undefined
  onPick: (picked: Picked | undefined) => void
  /** Offers to make one of what was typed. */
  creates?: boolean
  focus?: boolean
  /** what stands in the empty field */
  hint?: string
}
const PAUSE_MS = 200

/** Another party, found as one types; or one that is made of what was typed. */
export function PartyPicker({
  label,
  kind,
  except,
  value,
  onPick,
  creates = true,
  focus = true,
  hint,
}: PickerProps) {
  const say = useText(text)
  const can = useCan()
  const id = useId()
  const [typed, setTyped] = useState('')
  const [q, setQ] = useState('')
  const [at, setAt] = useState(0)
  // Once one has chosen, the focus is on what takes it back, and the other way round.
  const [begun, setBegun] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed])
  const { data } = useQuery({
    ...partyApi.list.query({ query: { q, limit: 8, ...(kind ? { kind } : {}) } }),
    enabled: q !== '' && !value,
    placeholderData: keepPreviousData,
  })
  if (value)
    return (
      <div className="wide tpicked">
        <span className="mut">{label}</span>
        <span className="b cut">{'id' in value ? value.name : value.create}</span>
        {'create' in value && <span className="mut s12">{say('chosen_new')}</span>}
        <button
          type="button"
          className="lnk s12"
          aria-label={`${say('change')}: ${label}`}
          // biome-ignore lint/a11y/noAutofocus: the field with the focus has just made room for it
          autoFocus={begun}
          onClick={() => onPick(undefined)}
        >
          {say('change')}
        </button>
      </div>
    )
  const name = typed.trim()
  const found = q === '' ? [] : (data?.items ?? []).filter((one) => one.id !== except)
  const makes = creates && name !== '' && q === name && can('parties:write')
  const options: { key: string; label: string; note?: string; picked: Picked }[] = [
    ...found.map((one) => ({
      key: String(one.id),
      label: one.name,
      note: one.owner?.name ?? '',
      picked: { id: one.id, name: one.name },
    })),
    ...(makes ? [{ key: 'new', label: say('create', { name }), picked: { create: name } }] : []),
  ]
  const shown = Math.min(at, Math.max(0, options.length - 1))
  return (
    <div className="wide tpick">
      <label>
        <span>{label}</span>
        <input
          className="inlf"
          role="combobox"
          aria-expanded={options.length > 0}
          aria-controls={id}
          aria-activedescendant={options[shown] ? `${id}-${shown}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          // biome-ignore lint/a11y/noAutofocus: it was just opened by its button
          autoFocus={focus || begun}
          value={typed}
          maxLength={100}
          placeholder={hint ?? say('find')}
          onChange={(event) => {
            setBegun(true)
            setTyped(event.target.value)
            setAt(0)
          }}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return
            if (event.key === 'ArrowDown') setAt(Math.min(options.length - 1, shown + 1))
            else if (event.key === 'ArrowUp') setAt(Math.max(0, shown - 1))
            else if (event.key === 'Enter') {
              const one = options[shown]
              if (one) onPick(one.picked)
            } else return
            event.preventDefault()
          }}
        />
      </label>
      {options.length > 0 && (
        <div role="listbox" id={id} aria-label={label} className="topts">
          {options.map((one, i) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
            <div
              key={one.key}
              id={`${id}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === shown}
              className={i === shown ? 'at' : ''}
              onMouseMove={() => setAt(i)}
              onClick={() => onPick(one.picked)}
            >
              {one.key === 'new' && <Icon name="plus" />}
              <span className="cut">{one.label}</span>
              {one.note && <span className="mut s12 nw">{one.note}</span>}
            </div>
          ))}
        </div>
      )}
    </div>
  )
}
