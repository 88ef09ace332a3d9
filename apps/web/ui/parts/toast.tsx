import { useEffect, useState } from 'react'
import { useKeys } from '../state/keys.ts'
import { store, useStore } from '../state/store.ts'
import { Kbd } from './basic.tsx'

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
  const last = all.findLast(({ action }) => action)
  // Nobody walks by Tab to the foot of the page before the line is gone: its action has a key.
  useKeys(
    last?.action ? [{ keys: ACT, label: last.action.label, run: () => act(last) }] : [],
    last !== undefined,
  )
  return (
    <div className="toasts" role="status" aria-live="polite">
      {all.map((one) => (
        <One key={one.id} toast={one} hint={one === last} />
      ))}
    </div>
  )
}

const ACT = 'z'
function act({ id, action }: Toast): void {
  drop(id)
  action?.run()
}

function One({ toast, hint }: { toast: Toast; hint: boolean }) {
  const { id, text, tone, action } = toast
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held) return
    const timer = setTimeout(() => drop(id), STAY_MS)
    return () => clearTimeout(timer)
  }, [id, held])
  return (
    // It waits for whoever points at it or has come to it by Tab.
    // biome-ignore lint/a11y/noStaticElementInteractions: only its time stands still
    <div
      className={`toast ${tone}`}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span>{text}</span>
      {action && (
        <button type="button" onClick={() => act(toast)}>
          {action.label}
          {hint && (
            <>
              {' '}
              <span aria-hidden="true">
                <Kbd>{ACT.toUpperCase()}</Kbd>
              </span>
            </>
          )}
        </button>
      )}
    </div>
  )
}
