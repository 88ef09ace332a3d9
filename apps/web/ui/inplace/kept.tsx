import { createContext, type ReactNode, useContext, useEffect, useMemo, useReducer, useRef } from 'react'
import { keepIn } from './keepIn.ts'

// What one writes in stays where it stands, also when a colleague removes it: a line that went from its list with a
// form open in it would take the words along.

type Line = {
  /** the list does not have it any more */
  gone: boolean
  hold: () => () => void
}
const Here = createContext<Line>({ gone: false, hold: () => () => undefined })

type Key = string | number
/** `stood`: as it was when one began to write in it */
export type KeptLine<T> = { one: T; key: Key; line: Line; stood: T }

/** A list's lines, with those that went while they were written in, each where it stood. */
export function useKept<T>(items: readonly T[], keyOf: (one: T) => Key): readonly KeptLine<T>[] {
  const held = useRef(new Map<Key, { forms: number; stood: T | undefined }>())
  const before = useRef<readonly T[]>([])
  const [, again] = useReducer((n: number) => n + 1, 0)
  const latest = useRef((_: Key): T | undefined => undefined)
  latest.current = (key) => before.current.find((one) => keyOf(one) === key)
  const holds = useMemo(() => {
    const made = new Map<Key, Line['hold']>()
    return (key: Key): Line['hold'] => {
      const known = made.get(key)
      if (known) return known
      const hold = () => {
        const { forms = 0, stood = latest.current(key) } = held.current.get(key) ?? {}
        held.current.set(key, { forms: forms + 1, stood })
        return () => {
          const left = (held.current.get(key)?.forms ?? 1) - 1
          if (left > 0) held.current.set(key, { forms: left, stood })
          else held.current.delete(key)
          again()
        }
      }
      made.set(key, hold)
      return hold
    }
  }, [])
  const shown = keepIn(before.current, items, keyOf, (key) => held.current.has(key))
  useEffect(() => {
    before.current = shown
  })
  const there = new Set(items.map(keyOf))
  return shown.map((one) => {
    const key = keyOf(one)
    const stood = held.current.get(key)?.stood ?? one
    return { one, key, line: { gone: !there.has(key), hold: holds(key) }, stood }
  })
}

/** Around each of them. */
export function KeptIn({ line: { gone, hold }, children }: { line: Line; children: ReactNode }) {
  const line = useMemo(() => ({ gone, hold }), [gone, hold])
  return <Here value={line}>{children}</Here>
}

/** In a form: its line stays as long as the form does. True: the line went meanwhile. */
export function useKeptHere(): boolean {
  const { gone, hold } = useContext(Here)
  useEffect(() => hold(), [hold])
  return gone
}
