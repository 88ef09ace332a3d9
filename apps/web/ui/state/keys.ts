import { useEffect, useRef } from 'react'
import { store, useStore } from './store.ts'

/** One key or two in a row (`g c`). Without a label it works but is not listed under `?`; `shown` stands for several. */
export type Key = {
  keys: string
  label?: string
  shown?: string
  run: (event: KeyboardEvent) => void
  group?: string
}

const active = store<readonly Key[]>([])
export const useActiveKeys = (): readonly Key[] => useStore(active)

// A second key later than this is a new beginning.
const SEQUENCE_MS = 900
let first: { key: string; at: number } | undefined

const editable = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
    !!target.closest('[role=dialog],[role=listbox],[role=menu]'))

/** Enter and Space belong to the control that has the focus. */
const ownsKey = (target: EventTarget | null, name: string): boolean =>
  (name === 'Enter' || name === 'Space') &&
  target instanceof HTMLElement &&
  !!target.closest('button,a,summary,[role=tab],[role=checkbox]')

// In a field these are the field's own.
const EDITING = /^Ctrl [acvxyz]$/

const nameOf = (event: KeyboardEvent): string => {
  const base = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toLowerCase() : event.key
  return event.ctrlKey || event.metaKey ? `Ctrl ${base}` : base
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.altKey) return
  const name = nameOf(event)
  const inField = editable(event.target)
  if ((inField && (!name.startsWith('Ctrl ') || EDITING.test(name))) || ownsKey(event.target, name)) return
  const pair = first && event.timeStamp - first.at < SEQUENCE_MS ? `${first.key} ${name}` : undefined
  const found = pick(pair) ?? pick(name)
  first = found ? undefined : { key: name, at: event.timeStamp }
  if (!found) return
  event.preventDefault()
  found.run(event)
}

// The last to register is the closest to the person.
const pick = (name: string | undefined): Key | undefined =>
  name === undefined ? undefined : active.get().findLast((key) => key.keys === name)

if (typeof window !== 'undefined') window.addEventListener('keydown', onKeyDown)

/** Keys that work while the component is shown. */
export function useKeys(keys: readonly Key[], on = true): void {
  const latest = useRef(keys)
  latest.current = keys
  const shape = keys.map((key) => `${key.keys}=${key.label ?? ''}`).join('\n')
  useEffect(() => {
    if (!on || shape === '') return
    const mine = latest.current.map((key) => ({
      ...key,
      run: (event: KeyboardEvent) => latest.current.find((k) => k.keys === key.keys)?.run(event),
    }))
    active.set([...active.get(), ...mine])
    return () => active.set(active.get().filter((key) => !mine.includes(key)))
  }, [shape, on])
}
