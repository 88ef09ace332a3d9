import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { Choice, type Option, problemOf, useText } from '../../../apps/web/ui/index.ts'
import type { Party } from '../contract.ts'
import { text } from './party.text.ts'
import { usePartyWrite, useWhy } from './usePartyWrite.ts'

type Write = ReturnType<typeof usePartyWrite>
type FieldProps = {
  party: Party
  label: string
  /** as it is stored, and as it is read back after somebody else changed it */
  read: (party: Party) => string
  save: (write: Write, value: string) => Promise<unknown>
  max: number
  lines?: number
  required?: boolean
  placeholder?: string
  may: boolean
  /** How it looks when it is not being written. */
  children?: ReactNode
}

/** Click or Enter begins, Enter saves, Esc leaves; a failed save keeps the text and says why. */
export function PartyField(props: FieldProps) {
  const { party, label, read, may } = props
  const say = useText(text)
  const value = read(party)
  const edit = useEdit(props)
  if (!may) return <dd>{props.children || value || <span className="mut">—</span>}</dd>
  if (edit.typed === undefined)
    return (
      <dd>
        <button
          type="button"
          className="inl"
          title={say('edit_hint')}
          aria-label={say('edit', { name: label })}
          onClick={() => edit.begin(value)}
        >
          {props.children || value || <span className="mut">{props.placeholder ?? '—'}</span>}
        </button>
      </dd>
    )
  const shared = {
    value: edit.typed,
    maxLength: props.max,
    'aria-label': label,
    'aria-invalid': edit.problem !== undefined,
    className: 'inlf',
    disabled: edit.busy,
    onBlur: edit.leave,
    onKeyDown: edit.onKey,
  }
  return (
    <dd>
      {props.lines ? (
        <textarea
          ref={edit.area}
          {...shared}
          rows={props.lines}
          onChange={(event) => edit.type(event.target.value)}
        />
      ) : (
        <input ref={edit.line} {...shared} onChange={(event) => edit.type(event.target.value)} />
      )}
      {edit.problem && (
        <span className="inlp" role="alert">
          {edit.problem}
        </span>
      )}
    </dd>
  )
}

function useEdit({ party, read, save, lines, required }: FieldProps) {
  const say = useText(text)
  const why = useWhy()
  const write = usePartyWrite(party)
  const [typed, setTyped] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const line = useRef<HTMLInputElement>(null)
  const area = useRef<HTMLTextAreaElement>(null)
  const open = typed !== undefined
  useEffect(() => {
    if (open && !busy) (line.current ?? area.current)?.focus()
  }, [open, busy])
  const end = () => {
    setTyped(undefined)
    setProblem(undefined)
  }
  const submit = async () => {
    const next = typed?.trim() ?? ''
    if (next === read(party) || (required && next === '')) return end()
    setBusy(true)
    try {
      await save(write, next)
      end()
    } catch (error) {
      if (problemOf(error)?.status === 412) {
        const theirs = await write.again().catch(() => undefined)
        const now = theirs && read(theirs)
        setProblem(
          now !== undefined && now !== read(party)
            ? say('theirs', { value: now || say('empty_value') })
            : say('changed_elsewhere'),
        )
      } else setProblem(say('not_saved', { why: why(error) }))
    } finally {
      setBusy(false)
    }
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') end()
    else if (event.key === 'Enter' && (!lines || !event.shiftKey)) void submit()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return {
    typed,
    problem,
    busy,
    line,
    area,
    begin: setTyped,
    type: setTyped,
    onKey,
    // What could not be saved stays open: leaving it does not try again by itself.
    leave: () => void (problem === undefined && !busy && submit()),
  }
}

type PickProps = {
  party: Party
  label: string
  value: string
  shown: ReactNode
  options: readonly Option[]
  save: (write: Write, value: string) => Promise<unknown>
  may: boolean
}
/** A fact out of a list. */
export function PartyPick({ party, label, value, shown, options, save, may }: PickProps) {
  const say = useText(text)
  const why = useWhy()
  const write = usePartyWrite(party)
  const [problem, setProblem] = useState<string>()
  if (!may) return <dd>{shown || <span className="mut">—</span>}</dd>
  const pick = async (next: string) => {
    setProblem(undefined)
    if (next === value) return
    try {
      await save(write, next)
    } catch (error) {
      if (problemOf(error)?.status === 412) {
        await write.again().catch(() => undefined)
        setProblem(say('changed_elsewhere'))
      } else setProblem(say('not_saved', { why: why(error) }))
    }
  }
  return (
    <dd>
      <Choice label={label} options={options} value={value} onPick={pick}>
        <button
          type="button"
          className="inl"
          title={say('edit', { name: label })}
          aria-label={say('edit', { name: label })}
        >
          {shown || <span className="mut">—</span>}
        </button>
      </Choice>
      {problem && (
        <span className="inlp" role="alert">
          {problem}
        </span>
      )}
    </dd>
  )
}
