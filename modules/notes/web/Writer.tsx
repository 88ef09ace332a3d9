import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react'
import { useText } from '../../../apps/web/ui/index.ts'
import { noteApi } from './noteApi.ts'
import { text } from './text.ts'
import '../../ties/web/ties.css'
import './notes.css'

type WriterProps = {
  party_id: number
  label: string
  value: string
  onChange: (value: string) => void
  onSave: () => void
  onLeave?: () => void
  focus?: boolean
  children?: ReactNode
}

/** A field for a note: @ and a letter offers colleagues who may see the customer. */
export function Writer({ party_id, label, value, onChange, onSave, onLeave, focus }: WriterProps) {
  const say = useText(text)
  const id = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const caret = useRef<number>(undefined)
  const [place, setPlace] = useState(0)
  const [at, setAt] = useState(0)
  const [shut, setShut] = useState<string>()
  // @ at a beginning or after a space, up to where one types.
  const asked = /(?:^|[\s，。、（(])@([^\s@[\]]{0,30})$/.exec(value.slice(0, place))?.[1]
  const open = asked !== undefined && asked !== shut
  const { data } = useQuery({
    ...noteApi.mentionable.query({ params: { id: party_id }, query: { q: asked ?? '' } }),
    enabled: open,
    placeholderData: keepPreviousData,
  })
  const found = open ? (data?.items ?? []) : []
  const chosen = Math.min(at, Math.max(0, found.length - 1))
  const pick = (i: number) => {
    const one = found[i]
    if (!one || asked === undefined) return
    const before = value.slice(0, place - asked.length - 1)
    const written = `${before}@[${one.name}](${one.id}) `
    onChange(written + value.slice(place))
    setPlace(written.length)
    caret.current = written.length
  }
  // Before the next key: whoever types on at once would write in the middle of it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the place is behind what was put in
  useLayoutEffect(() => {
    if (caret.current === undefined) return
    field.current?.setSelectionRange(caret.current, caret.current)
    caret.current = undefined
  }, [value])
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const saves = event.key === 'Enter' && (event.ctrlKey || event.metaKey)
    if (saves) onSave()
    else if (found.length > 0 && event.key === 'ArrowDown') setAt(Math.min(found.length - 1, chosen + 1))
    else if (found.length > 0 && event.key === 'ArrowUp') setAt(Math.max(0, chosen - 1))
    else if (found.length > 0 && (event.key === 'Enter' || event.key === 'Tab')) pick(chosen)
    else if (event.key === 'Escape' && open) setShut(asked)
    else if (event.key === 'Escape') {
      if (onLeave) onLeave()
      else field.current?.blur()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className="nwrite">
      <textarea
        ref={field}
        value={value}
        // Never by focus: what one is about to click would move away under the pointer.
        rows={value === '' ? 1 : Math.min(12, Math.max(3, value.split('\n').length))}
        maxLength={20_000}
        aria-label={label}
        placeholder={say('write')}
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={found[chosen] ? `${id}-${chosen}` : undefined}
        // biome-ignore lint/a11y/noAutofocus: it was just opened by its button
        autoFocus={focus}
        onChange={(event) => {
          onChange(event.target.value)
          setPlace(event.target.selectionStart)
          setAt(0)
        }}
        onSelect={(event) => setPlace(event.currentTarget.selectionStart)}
        onKeyDown={onKey}
      />
      {found.length > 0 && (
        <div role="listbox" id={id} aria-label={say('mention')} className="topts">
          {found.map((one, i) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
            <div
              key={one.id}
              id={`${id}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === chosen}
              className={i === chosen ? 'at' : ''}
              onMouseMove={() => setAt(i)}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => pick(i)}
            >
              <span className="cut">{one.name}</span>
              <span className="mut s12 nw">{one.unit}</span>
            </div>
          ))}
        </div>
      )}
    </div>
  )
}
