import { useRef, useState } from 'react'
import { saveLocale } from '../../../modules/access/web/session.ts'
import { text } from '../text.ts'
import { Choice, Icon, Kbd, useCan, useGo, useKeys, useLocale, useText } from '../ui/index.ts'
import { setTheme, type Theme, useTheme } from '../ui/state/theme.ts'
import { UserMenu } from './UserMenu.tsx'

export function TopBar({ onHelp }: { onHelp: () => void }) {
  const say = useText(text)
  const locale = useLocale()
  const can = useCan()
  return (
    <header className="top">
      {can('parties:read') && <Find />}
      <span className="sp" />
      <button
        type="button"
        className="tool hm"
        title={say('all_keys')}
        aria-label={say('all_keys')}
        onClick={onHelp}
      >
        <Icon name="help" />
      </button>
      {/* biome-ignore lint/a11y/useSemanticElements: two buttons in a row, not a form's fieldset */}
      <span className="lang hm" role="group" aria-label={say('language')}>
        {(['zh-CN', 'en'] as const).map((one) => (
          <button
            key={one}
            type="button"
            lang={one}
            aria-pressed={locale === one}
            className={locale === one ? 'on' : ''}
            onClick={() => saveLocale(one)}
          >
            {one === 'en' ? 'EN' : '中'}
          </button>
        ))}
      </span>
      <ThemeChoice />
      <UserMenu onHelp={onHelp} />
    </header>
  )
}

function ThemeChoice() {
  const say = useText(text)
  const theme = useTheme()
  const options = (['system', 'light', 'dark'] as const).map((value) => ({
    value,
    label: say(`theme_${value}`),
  }))
  return (
    <Choice label={say('theme')} options={options} value={theme} onPick={(value) => setTheme(value as Theme)}>
      <button type="button" className="tool hm" title={say('theme')} aria-label={say('theme')}>
        <Icon name="theme" />
      </button>
    </Choice>
  )
}

/** Searches customers from anywhere; the list keeps the words in its address. */
function Find() {
  const say = useText(text)
  const go = useGo()
  const field = useRef<HTMLInputElement>(null)
  const [q, setQ] = useState('')
  useKeys([
    { keys: 'Ctrl k', label: say('key_search'), group: say('keys_all'), run: () => field.current?.select() },
  ])
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> would take the form's place in older browsers
    <form
      className="find"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        if (!q.trim()) return
        go('/customers', { q: q.trim() })
        setQ('')
        field.current?.blur()
      }}
    >
      <Icon name="search" />
      <input
        ref={field}
        type="search"
        value={q}
        placeholder={say('search_customers')}
        aria-label={say('search_customers')}
        enterKeyHint="search"
        onChange={(event) => setQ(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') field.current?.blur()
        }}
      />
      <Kbd>Ctrl K</Kbd>
    </form>
  )
}
