import { useEffect } from 'react'
import { store, useStore } from '../state/store.ts'

type Toast = { id: number; text: string; tone: 'ok' | 'error'; action?: { label: string; run: () => void } }
const shown = store<readonly Toast[]>([])
let next = 1
// Long enough to read a line and reach for Undo.
const STAY_MS = 6000

function say(tone: Toast['tone'], text: string, action?: Toast['action']): void {
  shown.set([...shown.get().slice(-2), { id: next++, text, tone, ...(action ? { action } : {}) }])
}
const drop = (id: number) => shown.set(shown.get().filter((toast) => toast.id !== id))

/** One line at the foot of the screen: what was done, with its undo; or what could not be. */
export const useToast = () => toast
const toast = {
  ok: (text: string, action?: Toast['action']) => say('ok', text, action),
  error: (text: string) => say('error', text),
}

export function Toasts() {
  const all = useStore(shown)
  return (
    <div className="toasts" role="status" aria-live="polite">
      {all.map((one) => (
        <One key={one.id} toast={one} />
      ))}
    </div>
  )
}

function One({ toast: { id, text, tone, action } }: { toast: Toast }) {
  useEffect(() => {
    const timer = setTimeout(() => drop(id), STAY_MS)
    return () => clearTimeout(timer)
  }, [id])
  return (
    <div className={`toast ${tone}`}>
      <span>{text}</span>
      {action && (
        <button
          type="button"
          onClick={() => {
            drop(id)
            action.run()
          }}
        >
          {action.label}
        </button>
      )}
    </div>
  )
}
