import { lazy, Suspense, useEffect, useState } from 'react'
import { Icon, Kbd, useKeys, useText } from '../../../apps/web/ui/index.ts'
import { useActiveKeys } from '../../../apps/web/ui/state/keys.ts'
import { text } from './text.ts'
import { useVisits } from './visited.ts'
import './finder.css'

const Palette = lazy(() => import('./Palette.tsx'))

/** In the bar of every page: one box to find anything. */
export function Finder() {
  const say = useText(text)
  const [open, setOpen] = useState(false)
  useVisits()
  const press = usePress()
  useKeys([{ keys: 'Ctrl k', label: say('title'), run: () => setOpen(true) }])
  return (
    <>
      <button
        type="button"
        className="find finder"
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => setOpen(true)}
      >
        <Icon name="search" />
        <span className="grow cut">{say('open')}</span>
        <Kbd>Ctrl K</Kbd>
      </button>
      {open && (
        <Suspense>
          <Palette press={press} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}

const WAIT_MS = 4000

/** Presses a key of a page that is not there yet: it is pressed when the page has registered it. */
function usePress(): (keys: string) => void {
  const keys = useActiveKeys()
  const [waiting, setWaiting] = useState<{ keys: string; until: number }>()
  useEffect(() => {
    const found = waiting && keys.find((key) => key.keys === waiting.keys)
    if (!found) return
    setWaiting(undefined)
    if (Date.now() < waiting.until) found.run(new KeyboardEvent('keydown'))
  }, [keys, waiting])
  return (keys) => setWaiting({ keys, until: Date.now() + WAIT_MS })
}
