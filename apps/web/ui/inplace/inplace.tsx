import { type QueryKey, useMutation } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { type ReactNode, useId, useState } from 'react'
import { IconButton, problemOf, useText } from '../index.ts'
import { Gone } from './Gone.tsx'
import { text } from './inplace.text.ts'
import { Sides } from './Sides.tsx'
import { type Over, useFresh, useOver } from './useOver.ts'
import './inplace.css'

// What hangs on a customer, one line each, changed where it stands: dates, ties, notes, tasks, files.

export { useFresh } from './useOver.ts'

type BlockProps = {
  title: string
  count?: number | undefined
  add?: string | false
  onAdd?: () => void
  more?: ReactNode
  children: ReactNode
}
export const Block = ({ title, count, add, onAdd, more, children }: BlockProps) => (
  <section className="blk" aria-label={title}>
    <h2>
      {title}
      <span className="r">{count ? count : ''}</span>
      {more}
      {add && onAdd && <IconButton icon="plus" title={add} onClick={onAdd} />}
    </h2>
    {children}
  </section>
)

export function Problem({ error }: { error: Error | null }) {
  if (!error) return null
  return (
    <span className="seal s12 wide" role="alert">
      {problemOf(error)?.detail || error.message}
    </span>
  )
}

type SureProps = {
  ask: string
  yes: string
  act: () => Promise<unknown>
  changes: readonly QueryKey[]
  close: () => void
}
/** Asked where the thing stands, not in a box over the page. */
export function Sure({ ask, yes, act, changes, close }: SureProps) {
  const say = useText(text)
  const fresh = useFresh(changes)
  const run = useMutation({
    mutationFn: act,
    onSuccess: () => {
      close()
      fresh()
    },
  })
  return (
    <p className="s12 dsure" role="alert">
      {ask}
      <Button size="small" danger loading={run.isPending} onClick={() => run.mutate()}>
        {yes}
      </Button>
      <Button size="small" onClick={close}>
        {say('cancel')}
      </Button>
      <Problem error={run.error} />
    </p>
  )
}

type EditableProps = {
  name: string
  may: boolean
  form: (close: () => void) => ReactNode
  remove: () => Promise<unknown>
  changes: readonly QueryKey[]
  head: ReactNode
  children?: ReactNode
}
/** One line that can be changed in its place, or taken away. */
export function Editable({ name, may, form, remove, changes, head, children }: EditableProps) {
  const say = useText(text)
  const [state, setState] = useState<'seen' | 'edited' | 'removed'>('seen')
  const close = () => setState('seen')
  if (state === 'edited') return <li>{form(close)}</li>
  return (
    <li>
      <div className="row">
        {head}
        {may && (
          <>
            <IconButton
              icon="pencil"
              className="xs"
              title={say('edit', { name })}
              onClick={() => setState('edited')}
            />
            <IconButton
              icon="close"
              className="xs"
              title={say('remove', { name })}
              onClick={() => setState('removed')}
            />
          </>
        )}
      </div>
      {state === 'removed' ? (
        <Sure
          ask={say('remove_sure', { name })}
          yes={say('remove_yes')}
          act={remove}
          changes={changes}
          close={close}
        />
      ) : (
        children
      )}
    </li>
  )
}

type FormProps = Over & { label: string; children: ReactNode; yes?: string }
/** A small form in the place of what it changes; Esc leaves it, a refusal keeps what was typed. */
export function MiniForm({ label, children, yes, ...over }: FormProps) {
  const say = useText(text)
  const { close } = over
  const { form, rows, clash, gone, last, busy, error, submit, takeMine, goOn, written, anew } = useOver(over)
  return (
    <form
      ref={form}
      className="dform"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.nativeEvent.isComposing) return
        event.stopPropagation()
        close()
      }}
    >
      {children}
      {gone ? (
        <Gone last={last} written={written} busy={busy} onAnew={anew} onLeave={close} />
      ) : (
        rows.length > 0 && (
          <Sides rows={rows} by={last?.by} busy={busy} onMine={takeMine} onTheirs={close} onEdit={goOn} />
        )
      )}
      {(gone || rows.length === 0) && <Problem error={error} />}
      {!gone && (
        <div className="row wide dsure">
          <Button size="small" type="primary" htmlType="submit" loading={busy} disabled={clash}>
            {yes ?? say('save')}
          </Button>
          <Button size="small" onClick={close}>
            {say('cancel')}
          </Button>
        </div>
      )}
    </form>
  )
}

type FieldProps = {
  name: string
  label: string
  type?: 'text' | 'number' | 'date' | 'time'
  value?: string | number | null | undefined
  hint?: string
  min?: number | string
  max?: number | string
  length?: number
  required?: boolean
  wide?: boolean
  focus?: boolean
  list?: readonly string[]
  onChange?: (value: string) => void
}
export function Field({
  name,
  label,
  type = 'text',
  value,
  wide,
  hint,
  length = 200,
  focus,
  list,
  onChange,
  ...rest
}: FieldProps) {
  const id = useId()
  return (
    <label className={wide ? 'wide' : ''}>
      <span>{label}</span>
      <input
        className="inlf"
        name={name}
        type={type}
        defaultValue={value ?? ''}
        placeholder={hint}
        maxLength={length}
        list={list ? id : undefined}
        // biome-ignore lint/a11y/noAutofocus: it was just opened by its button
        autoFocus={focus}
        onChange={onChange && ((event) => onChange(event.target.value))}
        {...(type === 'number' && { min: 0, step: 'any' })}
        {...rest}
      />
      {list && (
        <datalist id={id}>
          {list.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </label>
  )
}

type PickProps = {
  name: string
  label: string
  value: string
  options: readonly (readonly [value: string, label: string])[]
  wide?: boolean
  focus?: boolean
  onChange?: (value: string) => void
}
export const Pick = ({ name, label, value, options, wide, focus, onChange }: PickProps) => (
  <label className={wide ? 'wide' : ''}>
    <span>{label}</span>
    <select
      className="inlf"
      name={name}
      defaultValue={value}
      // biome-ignore lint/a11y/noAutofocus: it was just opened by its button
      autoFocus={focus}
      onChange={onChange && ((event) => onChange(event.target.value))}
    >
      {options.map(([key, shown]) => (
        <option key={key} value={key}>
          {shown}
        </option>
      ))}
    </select>
  </label>
)

export const Tick = ({
  name,
  label,
  on,
  wide,
}: {
  name: string
  label: string
  on: boolean
  wide?: boolean
}) => (
  <label className={wide ? 'tick wide' : 'tick'}>
    <input type="checkbox" name={name} defaultChecked={on} />
    {label}
  </label>
)
