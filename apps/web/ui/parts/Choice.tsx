import Popover from 'antd/es/popover'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useText } from '../state/locale.ts'
import { text } from '../text.ts'
import { Icon } from './Icon.tsx'

export type Option = {
  value: string
  label: string
  note?: string
  /** has a name where it was chosen before, and is not offered any more */
  hidden?: boolean
}
type ChoiceProps = {
  options: readonly Option[]
  value?: string | undefined
  onPick: (value: string) => void
  label: string
  /** What one clicks. */
  children: ReactNode
  open?: boolean
  onOpenChange?: (open: boolean) => void
}
// Shorter lists are read at a glance.
const FIND_FROM = 9

/** A short list that opens under what one clicked; longer lists can be searched. */
export function Choice(props: ChoiceProps) {
  const [own, setOwn] = useState(false)
  const open = props.open ?? own
  const setOpen = (next: boolean) => {
    setOwn(next)
    props.onOpenChange?.(next)
  }
  const list = (
    <ChoiceList
      {...props}
      onPick={(value) => {
        setOpen(false)
        props.onPick(value)
      }}
      onCancel={() => setOpen(false)}
    />
  )
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomLeft"
      arrow={false}
      destroyOnHidden
      classNames={{ root: 'choice' }}
      content={list}
    >
      {props.children}
    </Popover>
  )
}

function ChoiceList(props: Omit<ChoiceProps, 'children'> & { onCancel: () => void }) {
  const say = useText(text)
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const [find, setFind] = useState('')
  const offered = props.options.filter(({ value, hidden }) => !hidden || value === props.value)
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      offered.findIndex((o) => o.value === props.value),
    ),
  )
  const wanted = find.trim().toLowerCase()
  const shown = offered.filter((o) => `${o.label} ${o.note ?? ''}`.toLowerCase().includes(wanted))
  const searchable = offered.length >= FIND_FROM
  useEffect(() => {
    box.current?.querySelector<HTMLElement>('input, [role=listbox]')?.focus({ preventScroll: true })
  }, [])
  useEffect(() => {
    box.current?.querySelector(`[data-at="${at}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [at])
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step) setAt((now) => Math.min(shown.length - 1, Math.max(0, now + step)))
    else if (event.key === 'Enter' && shown[at]) props.onPick(shown[at].value)
    else if (event.key === 'Escape') props.onCancel()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the list and the field inside share these keys
    <div ref={box} className="clist" onKeyDown={onKey}>
      {searchable && (
        <input
          role="combobox"
          aria-expanded
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={shown[at] ? `${id}-${at}` : undefined}
          autoComplete="off"
          className="cfind"
          value={find}
          placeholder={say('find')}
          aria-label={say('find')}
          onChange={(event) => {
            setFind(event.target.value)
            setAt(0)
          }}
        />
      )}
      <div
        role="listbox"
        id={`${id}-list`}
        aria-label={props.label}
        tabIndex={0}
        aria-activedescendant={shown[at] ? `${id}-${at}` : undefined}
      >
        {shown.map((option, i) => (
          <div
            key={option.value}
            id={`${id}-${i}`}
            data-at={i}
            role="option"
            tabIndex={-1}
            aria-selected={option.value === props.value}
            className={i === at ? 'opt at' : 'opt'}
            onMouseMove={() => setAt(i)}
            onClick={() => props.onPick(option.value)}
            onKeyDown={onKey}
          >
            <span className="cut">{option.label}</span>
            {option.note && <span className="mut s12 nw">{option.note}</span>}
            {option.value === props.value && <Icon name="check" />}
          </div>
        ))}
        {shown.length === 0 && <div className="none">{say('nothing_found')}</div>}
      </div>
    </div>
  )
}
