import { useRouterState } from '@tanstack/react-router'
import Popover from 'antd/es/popover'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { phrase } from '../../../kernel/text.ts'
import { SampleBanner } from '../../../modules/sample/web/SampleBanner.tsx'
import { mayOpen, pages } from '../pages.ts'
import { text } from '../text.ts'
import { Go, Icon, useCan, useGo, useKeys, useLocale, useNarrow, useText } from '../ui/index.ts'
import { Toasts } from '../ui/parts/toast.tsx'
import { TopBar } from './TopBar.tsx'

// What a company calls things comes after the first screen, and in its place.
const OwnWords = lazy(async () => ({
  default: (await import('../../../modules/parties/web/labels/OwnWords.tsx')).OwnWords,
}))
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
        <Suspense>
          <OwnWords />
        </Suspense>
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
  return pages.flatMap((page) => (page.nav && mayOpen(page, can) ? [{ path: page.path, nav: page.nav }] : []))
}

function Rail() {
  const say = useText(text)
  const locale = useLocale()
  const narrow = useNarrow()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const known = useEntries()
  const all = known.filter(({ nav }) => nav.at !== 'admin')
  const within = (to: string) => path === to || path.startsWith(`${to}/`)
  const isOn = (to: string) =>
    within(to) || (to === '/admin' && known.some((one) => one.nav.at === 'admin' && within(one.path)))
  const fit = narrow && all.length > TABS_ON_PHONE ? TABS_ON_PHONE - 1 : all.length
  const entries = all.slice(0, fit)
  const rest = all.slice(fit)
  const item = ({ path: to, nav }: (typeof entries)[number]) => {
    return (
      <Go key={to} to={to} className={isOn(to) ? 'on' : ''}>
        <Icon name={nav.icon} />
        <span>{phrase(nav.label, locale)}</span>
        {nav.Count && (
          <Suspense>
            <nav.Count />
          </Suspense>
        )}
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
      {rest.length > 0 && <MorePages on={rest.some(({ path: to }) => isOn(to))}>{rest.map(item)}</MorePages>}
    </nav>
  )
}

/** What has no tab of its own on a phone. */
function MorePages({ on, children }: { on: boolean; children: ReactNode }) {
  const say = useText(text)
  const [open, setOpen] = useState(false)
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="topRight"
      arrow={false}
      classNames={{ root: 'choice' }}
      // A link that is followed closes it.
      content={
        <nav className="umenu pages" aria-label={say('more_pages')} onClickCapture={() => setOpen(false)}>
          {children}
        </nav>
      }
    >
      <button type="button" className={on ? 'on' : ''} aria-haspopup="menu" aria-expanded={open}>
        <Icon name="more" />
        <span>{say('more_pages')}</span>
      </button>
    </Popover>
  )
}
