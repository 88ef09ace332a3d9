import Button from 'antd/es/button'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { formatTime } from '../../../../../kernel/text.ts'
import { useLocale, useText, useZone } from '../../state/locale.ts'
import { text } from '../../text.ts'
import type { CellClash, CellEdit } from '../types.ts'
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
      {editing.clash && (
        <Clash
          {...editing.clash}
          id={`${id}p`}
          mine={typed}
          onMine={() => finish(0)}
          onTheirs={() => {
            done.current = true
            onLeave()
          }}
          onEdit={() => field.current?.focus()}
        />
      )}
      {editing.problem && !editing.clash && (
        <span className="why" role="alert" id={`${id}p`}>
          {editing.problem}
        </span>
      )}
    </span>
  )
}

type ClashProps = CellClash & {
  id: string
  mine: string
  onMine: () => void
  onTheirs: () => void
  onEdit: () => void
}
/** Both values beside each other; one of them is chosen, or one goes on writing. */
function Clash({ id, mine, theirs, by, at, onMine, onTheirs, onEdit }: ClashProps) {
  const say = useText(text)
  const locale = useLocale()
  const zone = useZone()
  const when = at && formatTime(at, locale, zone, { dateStyle: 'medium', timeStyle: 'short' })
  const side = (label: string, value: string, button: string, onClick: () => void, first: boolean) => (
    <span className="side">
      <span className="lb">{label}</span>
      <span className="val">{value || say('clash_empty')}</span>
      <Button size="small" type={first ? 'primary' : 'default'} onClick={onClick}>
        {button}
      </Button>
    </span>
  )
  return (
    // The field must not lose the focus to the panel: leaving it saves.
    <span className="why clashed" role="alert" id={id} onMouseDown={(event) => event.preventDefault()}>
      <span>{by && when ? say('clash_by', { name: by, at: when }) : say('clash')}</span>
      <span className="sides">
        {side(say('clash_mine'), mine, say('use_mine'), onMine, true)}
        {side(
          by ? say('clash_theirs', { name: by }) : say('clash_other'),
          theirs,
          say('use_theirs'),
          onTheirs,
          false,
        )}
      </span>
      <button type="button" className="lnk s12" onClick={onEdit}>
        {say('keep_editing')}
      </button>
    </span>
  )
}
