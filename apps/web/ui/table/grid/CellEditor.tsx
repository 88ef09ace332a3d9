import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import type { CellEdit } from '../types.ts'
import type { Editing } from './useGrid.ts'

type EditorProps = {
  editing: Editing
  kind: NonNullable<CellEdit<unknown>['kind']>
  options: readonly { value: string; label: string }[] | undefined
  label: string
  onSave: (typed: string, step: 0 | 1 | -1) => void
  onLeave: () => void
}

/** Enter and Tab keep what is written, Esc leaves it; what could not be kept stays, with the reason. */
export function CellEditor({ editing, kind, options, label, onSave, onLeave }: EditorProps) {
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState(editing.text)
  const done = useRef(false)
  useEffect(() => {
    done.current = false
    field.current?.focus()
    field.current?.select()
  }, [])
  const finish = (step: 0 | 1 | -1) => {
    done.current = true
    onSave(typed.trim(), step)
    // Refused before it was sent: the editor is still here.
    queueMicrotask(() => {
      done.current = false
    })
  }
  const onKey = (event: KeyboardEvent) => {
    event.stopPropagation()
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      done.current = true
      onLeave()
    } else if (event.key === 'Enter') finish(0)
    else if (event.key === 'Tab') finish(event.shiftKey ? -1 : 1)
    else return
    event.preventDefault()
  }
  return (
    <span className="celled">
      <input
        ref={field}
        type={kind === 'date' ? 'date' : 'text'}
        inputMode={kind === 'number' ? 'decimal' : undefined}
        value={typed}
        list={options ? id : undefined}
        aria-label={label}
        aria-invalid={editing.problem !== undefined}
        aria-describedby={editing.problem ? `${id}p` : undefined}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={onKey}
        onBlur={() => !done.current && editing.problem === undefined && finish(0)}
      />
      {options && (
        <datalist id={id}>
          {options.map((option) => (
            <option key={option.value} value={option.label} />
          ))}
        </datalist>
      )}
      {editing.problem && (
        <span className="why" role="alert" id={`${id}p`}>
          {editing.problem}
        </span>
      )}
    </span>
  )
}
