import { useRouterState } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { phrase } from '../../../kernel/text.ts'
import { SampleBanner } from '../../../modules/sample/web/SampleBanner.tsx'
import { pages } from '../pages.ts'
import { text } from '../text.ts'
import { Go, Icon, useCan, useGo, useKeys, useLocale, useNarrow, useText } from '../ui/index.ts'
import { Toasts } from '../ui/parts/toast.tsx'
import { TopBar } from './TopBar.tsx'

const KeysHelp = lazy(() => import('./KeysHelp.tsx'))
// Five tabs fit under a thumb.
const TABS_ON_PHONE = 5

/** Rail by job, bar, page. On a phone the rail is at the bottom. */
export function Shell({ children }: { children: ReactNode }) {
  const [help, setHelp] = useState(false)
  const say = useText(text)
  const go = useGo()
  const locale = useLocale()
  const entries = useEntries()
  useKeys([
    { keys: '?', label: say('all_keys'), group: say('keys_all'), run: () => setHelp(true) },
    ...entries.map(({ path, nav }) => ({
      keys: nav.keys,
      label: phrase(nav.label, locale),
      group: say('keys_go'),
      run: () => go(path),
    })),
  ])
  return (
    <div className="app">
      <Rail />
      <TopBar onHelp={() => setHelp(true)} />
      <div className="below">
        <SampleBanner />
        {children}
      </div>
      <Toasts />
      {help && (
        <Suspense>
          <KeysHelp onClose={() => setHelp(false)} />
        </Suspense>
      )}
    </div>
  )
}

function useEntries() {
  const can = useCan()
  return pages.flatMap((page) => (page.nav && can(page.may) ? [{ path: page.path, nav: page.nav }] : []))
}

function Rail() {
  const say = useText(text)
  const locale = useLocale()
  const narrow = useNarrow()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const all = useEntries()
  const entries = narrow ? all.slice(0, TABS_ON_PHONE) : all
  const item = ({ path: to, nav }: (typeof entries)[number]) => {
    const on = path === to || path.startsWith(`${to}/`)
    return (
      <Go key={to} to={to} className={on ? 'on' : ''}>
        <Icon name={nav.icon} />
        <span>{phrase(nav.label, locale)}</span>
      </Go>
    )
  }
  return (
    <nav className="rail" aria-label={say('main_nav')}>
      <Go to="/" className="logo" label="Guanxi">
        关
      </Go>
      {entries.filter(({ nav }) => nav.at === 'job').map(item)}
      <span className="fill" />
      {entries.filter(({ nav }) => nav.at === 'foot').map(item)}
    </nav>
  )
}
