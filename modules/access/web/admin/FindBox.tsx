import { useEffect, useRef, useState } from 'react'
import { Icon, useKeys } from '../../../../apps/web/ui/index.ts'

// A pause in typing, not every letter, asks the server.
const PAUSE_MS = 220

type FindProps = { q: string; placeholder: string; label: string; onChange: (q: string) => void }
export function FindBox({ q, placeholder, label, onChange }: FindProps) {
  const field = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState(q)
  useKeys([{ keys: '/', label, run: () => field.current?.select() }])
  useEffect(() => setTyped(q), [q])
  const latest = useRef(onChange)
  latest.current = onChange
  useEffect(() => {
    if (typed.trim() === q) return
    const timer = setTimeout(() => latest.current(typed.trim()), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed, q])
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
      />
    </label>
  )
}
