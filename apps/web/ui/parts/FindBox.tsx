import { useEffect, useRef, useState } from 'react'
import { useKeys } from '../state/keys.ts'
import { useText } from '../state/locale.ts'
import { text } from '../text.ts'
import { IconButton, Kbd } from './basic.tsx'
import { Icon } from './Icon.tsx'

// A pause in typing, not every letter, asks the server.
const PAUSE_MS = 220

type FindProps = { q: string; placeholder: string; label: string; onChange: (q: string) => void }

/** Searches the list below it; `/` goes there from anywhere on the page. */
export function FindBox({ q, placeholder, label, onChange }: FindProps) {
  const say = useText(text)
  const field = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState(q)
  const sent = useRef(q)
  useKeys([{ keys: '/', label, run: () => field.current?.select() }])
  useEffect(() => {
    // The address changed by other means: the bar above, Back, a tab.
    if (q !== sent.current) setTyped(q)
    sent.current = q
  }, [q])
  const latest = useRef(onChange)
  latest.current = onChange
  useEffect(() => {
    const next = typed.trim()
    if (next === sent.current) return
    const timer = setTimeout(() => {
      sent.current = next
      latest.current(next)
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed])
  return (
    <label className="sbox">
      <Icon name="search" />
      <input
        ref={field}
        type="search"
        value={typed}
        maxLength={100}
        placeholder={placeholder}
        aria-label={label}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' || event.key === 'Enter') field.current?.blur()
        }}
      />
      {typed ? (
        <IconButton icon="close" title={say('clear_find')} className="xs" onClick={() => setTyped('')} />
      ) : (
        <Kbd>/</Kbd>
      )}
    </label>
  )
}
