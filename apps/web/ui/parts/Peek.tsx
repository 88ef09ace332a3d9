import type { ReactNode } from 'react'
import { useKeys } from '../state/keys.ts'
import { useText } from '../state/locale.ts'
import { useNarrow } from '../state/media.ts'
import { text } from '../text.ts'
import { Kbd } from './basic.tsx'
import { Icon } from './Icon.tsx'

type PeekProps = {
  title: ReactNode
  /** One quiet line below the title. */
  note?: ReactNode
  children: ReactNode
  /** Buttons at the foot; the way to close stands at their right. */
  foot?: ReactNode
  onClose: () => void
}

/** A docked column of 348 px beside a list; below 1200 px it floats over it, on a phone there is none. */
export function Peek({ title, note, children, foot, onClose }: PeekProps) {
  const say = useText(text)
  const narrow = useNarrow()
  useKeys([{ keys: 'Escape', label: say('key_close'), run: onClose }], !narrow)
  if (narrow) return null
  return (
    <aside className="peek" aria-label={say('key_peek')}>
      <header>
        <div className="row">
          <h2 className="grow cut">{title}</h2>
          <button
            type="button"
            className="ib"
            aria-label={say('close')}
            title={say('close')}
            onClick={onClose}
          >
            <Icon name="close" />
          </button>
        </div>
        {note !== undefined && <div className="pnote">{note}</div>}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className="in" tabIndex={0}>
        {children}
      </div>
      <footer>
        {foot}
        <span className="sp mut s12 nw">
          <Kbd>Space</Kbd> {say('collapse')}
        </span>
      </footer>
    </aside>
  )
}
