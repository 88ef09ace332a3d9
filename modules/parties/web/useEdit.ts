import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useText } from '../../../apps/web/ui/index.ts'
import { useEditing } from '../../presence/web/here.ts'
import type { Party } from '../contract.ts'
import { text } from './party.text.ts'
import { Clashed, usePartyWrite, useWhy } from './usePartyWrite.ts'

export type Write = ReturnType<typeof usePartyWrite>
/** Writes a value over what one saw when one began. */
export type Save = (write: Write, value: string, base: Party) => Promise<unknown>
type Edited = {
  party: Party
  field: string
  read: (party: Party) => string
  save: Save
  lines?: number
  required?: boolean
}

/** A text that is written in its place: what it was when one began, what is typed, what another made of it meanwhile. */
export function useEdit({ party, field, read, save, lines, required }: Edited) {
  const say = useText(text)
  const why = useWhy()
  const write = usePartyWrite(party)
  const [open, setOpen] = useState<{ typed: string; base: Party }>()
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const line = useRef<HTMLInputElement>(null)
  const area = useRef<HTMLTextAreaElement>(null)
  const is_open = open !== undefined
  useEditing(party.id, field, is_open)
  const focus = () => (line.current ?? area.current)?.focus()
  useEffect(() => {
    if (is_open && !busy) (line.current ?? area.current)?.focus()
  }, [is_open, busy])
  // Seen as soon as the page hears of it, not only when one saves.
  const theirs = read(party)
  const changed = open !== undefined && !busy && theirs !== read(open.base)
  const touched = open !== undefined && open.typed.trim() !== read(open.base)
  const clashes = changed && touched && theirs !== open.typed.trim()
  useEffect(() => {
    // Nothing of one's own yet: theirs stands in the editor as it does on the page.
    if (changed && !touched) setOpen({ typed: theirs, base: party })
  }, [changed, touched, theirs, party])
  const end = () => {
    setOpen(undefined)
    setProblem(undefined)
  }
  const submit = async (base = open?.base) => {
    const next = open?.typed.trim() ?? ''
    if (!base || (required && next === '')) return end()
    const unchanged = next === read(base)
    if (unchanged || next === theirs) return end()
    setBusy(true)
    try {
      await save(write, next, base)
      end()
    } catch (error) {
      // The panel beside it says the rest: what they made of it is what the page now has.
      setProblem(error instanceof Clashed ? undefined : say('not_saved', { why: why(error) }))
    } finally {
      setBusy(false)
    }
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') end()
    else if (event.key === 'Enter' && (!lines || !event.shiftKey)) {
      if (!clashes) void submit()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  const goOn = (typed?: string) => {
    setOpen((now) => now && { typed: typed ?? now.typed, base: party })
    focus()
  }
  return {
    typed: open?.typed,
    problem,
    busy,
    line,
    area,
    begin: (typed: string) => setOpen({ typed, base: party }),
    type: (typed: string) => setOpen((now) => now && { ...now, typed }),
    onKey,
    // What could not be saved, or is not decided, stays open: leaving it does not try again by itself.
    leave: () => void (problem === undefined && !busy && !clashes && submit()),
    clash: clashes
      ? {
          mine: open.typed.trim(),
          theirs,
          onMine: () => void submit(party),
          onTheirs: end,
          onEdit: () => goOn(),
          onBoth: lines ? () => goOn([theirs, open.typed.trim()].filter(Boolean).join('\n')) : undefined,
        }
      : undefined,
  }
}
