import { useCallback, useMemo, useRef, useState } from 'react'
import type { Key } from '../state/keys.ts'
import { useText } from '../state/locale.ts'
import { text } from '../text.ts'
import type { DataTableProps, RowKey } from './types.ts'

type Cursor<Row> = Pick<
  DataTableProps<Row>,
  'rows' | 'keyOf' | 'peek' | 'onPeek' | 'onOpen' | 'selected' | 'onSelect'
> & {
  start: RowKey | undefined
  show: (index: number) => void
  onCurrent: (key: RowKey) => void
}
export type GridKeys = {
  keys: readonly Key[]
  active: boolean
  enter: () => boolean
  escape: () => boolean
  extend: (event: KeyboardEvent) => void
}

/** The current row and the keys that move it, peek, open and choose. */
export function useCursor<Row>(props: Cursor<Row>) {
  const { rows, keyOf, peek, onPeek, onOpen, selected, onSelect, show, onCurrent } = props
  const say = useText(text)
  const [current, setCurrent] = useState<RowKey | undefined>(peek ?? props.start)
  const at = useMemo(() => rows.findIndex((row) => keyOf(row) === current), [rows, keyOf, current])

  const go = useCallback(
    (index: number) => {
      const row = rows[Math.min(rows.length - 1, Math.max(0, index))]
      if (!row) return
      const key = keyOf(row)
      setCurrent(key)
      onCurrent(key)
      show(rows.indexOf(row))
      if (peek !== undefined) onPeek?.(key)
    },
    [rows, keyOf, peek, onPeek, onCurrent, show],
  )
  const anchor = useRef<RowKey | undefined>(undefined)
  /** With Shift all from the one chosen last to this one become what this one becomes. */
  const toggle = useCallback(
    (key: RowKey, upTo = false) => {
      if (!onSelect) return
      const next = new Set(selected)
      const on = !next.has(key)
      const from = upTo ? rows.findIndex((row) => keyOf(row) === anchor.current) : -1
      const to = from < 0 ? -1 : rows.findIndex((row) => keyOf(row) === key)
      const touched = to < 0 ? [key] : rows.slice(Math.min(from, to), Math.max(from, to) + 1).map(keyOf)
      for (const one of touched)
        if (on) next.add(one)
        else next.delete(one)
      anchor.current = key
      onSelect(next)
    },
    [rows, keyOf, selected, onSelect],
  )
  const open = () => {
    const row = rows[at]
    if (row) onOpen?.(row)
  }
  const switchPeek = () => {
    if (current === undefined || at < 0) go(0)
    const key = at < 0 ? rows[0] && keyOf(rows[0]) : current
    onPeek?.(peek === key ? undefined : key)
  }
  /** `grid`: the cells' part in them */
  const keys = (grid: GridKeys | null): Key[] => {
    const step = (event: KeyboardEvent, to: number) => {
      grid?.extend(event)
      go(to)
    }
    return [
      { keys: 'j', run: () => go(at + 1) },
      { keys: 'k', run: () => go(at - 1) },
      { keys: 'ArrowDown', run: (event) => step(event, at + 1), label: say('key_move'), shown: '↑ ↓ J K' },
      { keys: 'ArrowUp', run: (event) => step(event, at - 1) },
      { keys: 'PageDown', run: (event) => step(event, at + 15) },
      { keys: 'PageUp', run: (event) => step(event, at - 15) },
      { keys: 'Home', run: () => go(0), label: say('key_ends'), shown: 'Home End' },
      { keys: 'End', run: () => go(rows.length - 1) },
      ...(onPeek ? [{ keys: 'Space', run: switchPeek, label: say('key_peek') }] : []),
      ...(onOpen ? [{ keys: 'Enter', run: () => grid?.enter() || open(), label: say('key_open') }] : []),
      ...(onSelect
        ? [{ keys: 'x', run: () => current !== undefined && toggle(current), label: say('key_select') }]
        : []),
      ...(onSelect
        ? [
            {
              keys: 'Ctrl a',
              run: () => onSelect(new Set(rows.map(keyOf))),
              label: say('select_all'),
              shown: 'Ctrl A',
            },
          ]
        : []),
      ...((onSelect && selected?.size) || grid?.active
        ? [{ keys: 'Escape', run: () => grid?.escape() || onSelect?.(new Set()) }]
        : []),
      ...(grid?.keys ?? []),
    ]
  }
  return { current, at, go, toggle, keys }
}
