import { type ReactNode, useState } from 'react'
import { Choice, type Option, useText } from '../../../apps/web/ui/index.ts'
import { EditingHere } from '../../presence/web/EditingHere.tsx'
import { useEditing } from '../../presence/web/here.ts'
import type { Party } from '../contract.ts'
import { ClashPanel } from './Clash.tsx'
import { text } from './party.text.ts'
import { type Save, useEdit } from './useEdit.ts'
import { Clashed, usePartyWrite, useWhy } from './usePartyWrite.ts'

type FieldProps = {
  party: Party
  /** as the API and history name it */
  field: string
  label: string
  /** as it is stored, and as it is read back after somebody else changed it */
  read: (party: Party) => string
  save: Save
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
  const { party, field, label, read, may } = props
  const say = useText(text)
  const value = read(party)
  const edit = useEdit(props)
  const shown = props.children || value || <span className="mut">{props.placeholder ?? '—'}</span>
  if (edit.typed === undefined)
    return (
      <dd>
        {may ? (
          <button
            type="button"
            className="inl"
            title={say('edit_hint')}
            aria-label={say('edit', { name: label })}
            onClick={() => edit.begin(value)}
          >
            {shown}
          </button>
        ) : (
          props.children || value || <span className="mut">—</span>
        )}
        <EditingHere id={party.id} field={field} />
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
      {edit.clash ? (
        <ClashPanel party={party} field={field} {...edit.clash} />
      ) : (
        <EditingHere id={party.id} field={field} />
      )}
    </dd>
  )
}

type PickProps = {
  party: Party
  field: string
  label: string
  value: string
  shown: ReactNode
  options: readonly Option[]
  save: Save
  may: boolean
}
/** A fact out of a list. */
export function PartyPick(props: PickProps) {
  const { party, field, label, value, shown, options, save, may } = props
  const say = useText(text)
  const why = useWhy()
  const write = usePartyWrite(party)
  const [problem, setProblem] = useState<string>()
  const [mine, setMine] = useState<string>()
  const [begun, setBegun] = useState<Party>()
  useEditing(party.id, field, begun !== undefined || mine !== undefined)
  if (!may && mine === undefined) return <dd>{shown || <span className="mut">—</span>}</dd>
  const pick = async (next: string, base = begun ?? party) => {
    setProblem(undefined)
    setMine(undefined)
    if (next === value) return
    try {
      await save(write, next, base)
    } catch (error) {
      if (error instanceof Clashed) setMine(next)
      else setProblem(say('not_saved', { why: why(error) }))
    }
  }
  const said = (one: string) => options.find((option) => option.value === one)?.label.trim() ?? one
  return (
    <dd>
      <Choice
        label={label}
        options={options}
        value={value}
        onPick={pick}
        onOpenChange={(open) => setBegun(open ? party : undefined)}
      >
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
      {mine === undefined ? (
        <EditingHere id={party.id} field={field} />
      ) : (
        <ClashPanel
          party={party}
          field={field}
          mine={said(mine)}
          theirs={shown}
          onMine={() => void pick(mine, party)}
          onTheirs={() => setMine(undefined)}
        />
      )}
    </dd>
  )
}
