import { saveLocale } from '../../../modules/access/web/session.ts'
import { Finder } from '../../../modules/search/web/Finder.tsx'
import { text } from '../text.ts'
import { Choice, Icon, useLocale, useText } from '../ui/index.ts'
import { setTheme, type Theme, useTheme } from '../ui/state/theme.ts'
import { UserMenu } from './UserMenu.tsx'

export function TopBar({ onHelp }: { onHelp: () => void }) {
  const say = useText(text)
  const locale = useLocale()
  return (
    <header className="top">
      <Finder />
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
