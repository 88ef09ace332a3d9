import { useEffect, useRef, useState } from 'react'
import type { Key } from '../../state/keys.ts'
import { useText } from '../../state/locale.ts'
import { text } from '../../text.ts'
import type { CellClash, CellRefused, CellWrite, Column, DataTableProps, RowKey } from '../types.ts'
import { readTsv, writeTsv } from './tsv.ts'

export type Editing = {
  key: RowKey
  col: number
  text: string
  problem?: string | undefined
  clash?: CellClash | undefined
  busy?: boolean
}
export type PasteProblem = CellRefused
export type Grid = ReturnType<typeof useGrid>
type Cursor = { at: number; go: (index: number) => void }
type Block = { top: number; bottom: number; left: number; right: number }
const MOST_ROWS = 500

/**
 * Cells beside rows: → steps from the name into the row's cells. On the name Enter opens the row, on a cell it writes
 * there; Space peeks and x chooses wherever one is.
 */
export function useGrid<R>(props: DataTableProps<R>, cursor: Cursor) {
  const { rows, columns, keyOf, onCells, name } = props
  const say = useText(text)
  const [col, setCol] = useState(0)
  const [from, setFrom] = useState<{ at: number; col: number } | null>(null)
  const [editing, setEditing] = useState<Editing | null>(null)
  const [problems, setProblems] = useState<readonly PasteProblem[] | null>(null)
  useToldEditing(props, editing)
  const { at } = cursor
  const block: Block = from
    ? {
        top: Math.min(from.at, at),
        bottom: Math.max(from.at, at),
        left: Math.min(from.col, col),
        right: Math.max(from.col, col),
      }
    : { top: at, bottom: at, left: col, right: col }
  const active = !!onCells && at >= 0 && (col > 0 || from !== null)
  const lockedWhy = (column: Column<R>, row: R): string | null =>
    column.edit ? column.edit.locked(row) : say('cell_readonly')

  const begin = (start?: string): boolean => {
    const row = rows[at]
    const column = columns[col]
    if (!onCells || !row || !column) return false
    const why = lockedWhy(column, row)
    if (why) {
      setProblems([{ row: titleOf(row), column: column.title, text: column.edit?.text(row) ?? '', why }])
      return true
    }
    setFrom(null)
    setEditing({ key: keyOf(row), col, text: start ?? column.edit!.text(row) })
    return true
  }
  const titleOf = (row: R): string => columns[0]?.edit?.text(row) ?? ''

  const save = async (typed: string, step: 0 | 1 | -1 = 0) => {
    if (!editing) return
    const row = rows.find((one) => keyOf(one) === editing.key)
    const column = columns[editing.col]
    if (!row || !column?.edit || typed === column.edit.text(row)) return leave(step)
    const why = column.edit.check(typed, row)
    if (why) return setEditing({ ...editing, text: typed, problem: why, clash: undefined })
    // Shown at once; what fails comes back into an open editor, with what was typed.
    const kept = { ...editing, text: typed }
    leave(step)
    const failed = await onCells!([{ row, column: column.key, text: typed }])
    if (failed) setEditing({ ...kept, problem: failed[0]?.why ?? '', clash: failed[0]?.clash })
  }
  const leave = (step: 0 | 1 | -1 = 0) => {
    setEditing(null)
    if (step !== 0) setCol((now) => Math.min(columns.length - 1, Math.max(0, now + step)))
    document.getElementById(`${name}-grid`)?.focus({ preventScroll: true })
  }

  /** All of it is looked at before any of it is sent. */
  const put = async (cells: readonly CellWrite<R>[], beyond: readonly PasteProblem[] = []) => {
    const wrong = [...beyond]
    for (const { row, column, text: typed } of cells) {
      const found = columns.find(({ key }) => key === column)!
      const why = lockedWhy(found, row) ?? found.edit!.check(typed, row)
      if (why) wrong.push({ row: titleOf(row), column: found.title, text: typed, why })
    }
    if (wrong.length > 0) return setProblems(wrong)
    const changed = cells.filter(
      ({ row, column, text: typed }) => columns.find(({ key }) => key === column)!.edit!.text(row) !== typed,
    )
    if (changed.length === 0) return
    const failed = await onCells!(changed)
    if (failed) setProblems(failed)
  }
  const cellsOf = ({ top, bottom, left, right }: Block) =>
    rows
      .slice(top, bottom + 1)
      .map((row) => columns.slice(left, right + 1).map((column) => ({ row, column })))
  const clear = () =>
    void put(
      cellsOf(block).flatMap((line) =>
        line.map(({ row, column }) => ({ row, column: column.key, text: '' })),
      ),
    )
  const paste = (given: string) => {
    const matrix = readTsv(given)
    const one = matrix.length === 1 && matrix[0]!.length === 1
    if (one)
      return put(
        cellsOf(block).flatMap((line) =>
          line.map(({ row, column }) => ({ row, column: column.key, text: matrix[0]![0]! })),
        ),
      )
    const beyond: PasteProblem[] = []
    if (matrix.length > MOST_ROWS)
      beyond.push({ row: '', column: '', text: '', why: say('paste_most', { n: MOST_ROWS }) })
    const cells = matrix.slice(0, MOST_ROWS).flatMap((line, r) =>
      line.flatMap((typed, c) => {
        const row = rows[block.top + r]
        const column = columns[block.left + c]
        if (row && column) return [{ row, column: column.key, text: typed.trim() }]
        beyond.push({
          row: row ? titleOf(row) : '',
          column: column?.title ?? '',
          text: typed,
          why: say('paste_beyond'),
        })
        return []
      }),
    )
    return put(cells, beyond)
  }
  useClipboard(!!onCells && at >= 0 && editing === null && problems === null, {
    copy: () =>
      writeTsv(
        cellsOf(block).map((line) =>
          line.map(({ row, column }) => column.edit?.text(row) ?? column.plain?.(row) ?? ''),
        ),
      ),
    paste: (given) => void paste(given),
  })

  const sideways = (step: 1 | -1) => (event: KeyboardEvent) => {
    extend(event)
    setCol(Math.min(columns.length - 1, Math.max(0, col + step)))
    if (at < 0) cursor.go(0)
  }
  /** With Shift the block grows from where one was. */
  const extend = (event: KeyboardEvent) => {
    if (!event.shiftKey) setFrom(null)
    else if (!from && at >= 0) setFrom({ at, col })
  }
  const keys: Key[] = onCells
    ? [
        { keys: 'ArrowRight', run: sideways(1), label: say('key_cells'), shown: '← →' },
        { keys: 'ArrowLeft', run: sideways(-1) },
        { keys: 'F2', run: () => void begin(), label: say('key_edit'), shown: 'Enter F2' },
        { keys: 'shift arrows', run: () => undefined, label: say('key_block'), shown: 'Shift ↑ ↓ ← →' },
        { keys: 'clipboard', run: () => undefined, label: say('key_paste'), shown: 'Ctrl C Ctrl V' },
        ...(active
          ? [
              {
                keys: 'Tab',
                run: (event: KeyboardEvent) => sideways(event.shiftKey ? -1 : 1)(noShift(event)),
              },
              { keys: 'Delete', run: clear, label: say('key_clear'), shown: 'Delete' },
              { keys: 'Backspace', run: clear },
            ]
          : []),
      ]
    : []
  return {
    col,
    block,
    active,
    editing,
    problems,
    keys,
    begin,
    extend,
    save,
    leave,
    type: (typed: string) => setEditing((now) => now && { ...now, text: typed, problem: undefined }),
    closeProblems: () => setProblems(null),
    /** a click on a cell */
    point: (index: number, column: number, upTo: boolean) => {
      if (upTo) setFrom((now) => now ?? { at: Math.max(0, at), col })
      else setFrom(null)
      setCol(column)
      if (index !== at) cursor.go(index)
    },
    /** Enter: on the name it opens the row */
    enter: (): boolean => col > 0 && begin(),
    /** Esc: back to the row, then what it ever did */
    escape: (): boolean => {
      if (!active) return false
      setFrom(null)
      setCol(0)
      return true
    },
  }
}

const noShift = ({ key }: KeyboardEvent) => ({ key, shiftKey: false }) as KeyboardEvent

/** Said only when it is another cell. */
function useToldEditing<R>({ onEditing, columns }: DataTableProps<R>, editing: Editing | null): void {
  const told = useRef(onEditing)
  told.current = onEditing
  const key = editing?.key
  const column = editing ? columns[editing.col]?.key : undefined
  useEffect(() => {
    if (key === undefined || column === undefined) return
    told.current?.({ key, column })
    return () => told.current?.(null)
  }, [key, column])
}

type Clip = { copy: () => string; paste: (text: string) => void }
/** The browser's own events: they need no permission and work away from localhost too. */
function useClipboard(on: boolean, clip: Clip): void {
  const latest = useRef(clip)
  latest.current = clip
  useEffect(() => {
    if (!on) return
    const elsewhere = (target: EventTarget | null) =>
      target instanceof HTMLElement &&
      !!target.closest('input,textarea,select,[contenteditable],[role=dialog]')
    const copy = (event: ClipboardEvent) => {
      if (elsewhere(event.target) || !window.getSelection()?.isCollapsed) return
      event.clipboardData?.setData('text/plain', latest.current.copy())
      event.preventDefault()
    }
    const paste = (event: ClipboardEvent) => {
      if (elsewhere(event.target)) return
      const given = event.clipboardData?.getData('text/plain')
      if (given === undefined) return
      event.preventDefault()
      latest.current.paste(given)
    }
    document.addEventListener('copy', copy)
    document.addEventListener('paste', paste)
    return () => {
      document.removeEventListener('copy', copy)
      document.removeEventListener('paste', paste)
    }
  }, [on])
}
