import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { problemOf } from '../index.ts'
import { type AskLast, useLast } from './Gone.tsx'
import { useKeptHere } from './kept.tsx'
import { differing, type Known, type SideRow, takeOver, writtenIn } from './Sides.tsx'

export function useFresh(changes: readonly QueryKey[]): () => void {
  const queries = useQueryClient()
  return () => {
    for (const queryKey of changes) void queries.invalidateQueries({ queryKey })
  }
}

export type Over = {
  /** `if_match`: the version that one has seen, of what is changed; null: to be made, or made anew */
  save: (of: (name: string) => string, if_match: string | null) => Promise<unknown>
  changes: readonly QueryKey[]
  close: () => void
  /** What is changed, as it is now: another may have changed it since one began. */
  now?: Known | undefined
  /** its fields are one thing, as the parts of a day: another's are not taken over one by one */
  whole?: boolean
  /** who changed or removed it meanwhile */
  last?: AskLast | undefined
}

/** Saves a form over what one saw when one began. What another has written meanwhile is never written over unseen. */
export function useOver({ save, changes, close, now, whole, last }: Over) {
  const fresh = useFresh(changes)
  const form = useRef<HTMLFormElement>(null)
  const [base, setBase] = useState(now)
  const [clash, setClash] = useState(false)
  const [rows, setRows] = useState<readonly SideRow[]>([])
  const [lost, setLost] = useState(false)
  const gone = useKeptHere() || lost
  const saving = useMutation({
    mutationFn: (over: Known | undefined) => {
      const given = form.current ? new FormData(form.current) : new FormData()
      return save((name) => String(given.get(name) ?? '').trim(), over ? `"${over.version}"` : null)
    },
    onSuccess: () => {
      close()
      fresh()
    },
    onError: (error) => {
      const status = problemOf(error)?.status
      if (now && !lost && (status === 404 || status === 410)) setLost(true)
      else if (status === 412) setClash(true)
      else return
      fresh()
    },
  })
  // Where no field asks for it the first has the focus: Esc is the form's then, not the page's.
  useEffect(() => {
    if (!form.current?.contains(document.activeElement))
      form.current?.querySelector<HTMLElement>('input:not([type=hidden]), select')?.focus()
  }, [])
  const settle = () => {
    setBase(now)
    setRows([])
    setClash(false)
  }
  const newer = now !== undefined && base !== undefined && now.version !== base.version
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per version; what the fields hold is read then
  useEffect(() => {
    if (!clash || !newer) return
    if (!whole) takeOver(form.current, base.values, now.values)
    const both = differing(form.current, base.values, now.values)
    setRows(both)
    if (both.length > 0) return
    settle()
    saving.mutate(now)
  }, [clash, now?.version])
  const told = useLast(last, (gone || rows.length > 0) && `${now?.version} ${gone}`)
  return {
    form,
    rows,
    gone,
    last: told,
    written: () => writtenIn(form.current),
    anew: () => saving.mutate(undefined),
    clash,
    busy: saving.isPending,
    error: clash ? null : saving.error,
    submit: () => {
      if (!clash && !gone) saving.mutate(base)
    },
    takeMine: () => {
      settle()
      saving.mutate(now)
    },
    goOn: () => {
      settle()
      saving.reset()
      form.current?.querySelector<HTMLElement>('input, select')?.focus()
    },
  }
}
