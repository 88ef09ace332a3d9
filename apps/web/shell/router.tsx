import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  Outlet,
} from '@tanstack/react-router'
import { AccessGate } from '../../../modules/access/web/AccessGate.tsx'
import { mayOpen, type PageEntry, pages } from '../pages.ts'
import { text } from '../text.ts'
import { Empty, ErrorBoundary, Go, Page, useCan, useText } from '../ui/index.ts'
import { setPlaces } from '../ui/state/places.ts'
import { parseSearch, stringifySearch } from '../ui/state/url.tsx'
import { Shell } from './Shell.tsx'

setPlaces(
  pages.flatMap((page) => {
    const name = page.name ?? page.nav?.label
    return name ? [{ path: page.path, name, may: page.any ?? [page.may] }] : []
  }),
)
const root = createRootRoute({ component: Outlet })
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('../../../modules/access/web/SetupPage.tsx'), 'SetupPage'),
})
const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(
    () => import('../../../modules/access/web/InvitationPage.tsx'),
    'InvitationPage',
  ),
})
const inside = createRoute({ getParentRoute: () => root, id: 'inside', component: Inside })
const home = createRoute({ getParentRoute: () => inside, path: '/', component: Home })

const missing = createRoute({ getParentRoute: () => inside, path: '$', component: Missing })

const routeOf = ({ path, load }: PageEntry) =>
  createRoute({
    getParentRoute: () => inside,
    path,
    component: lazyRouteComponent(async () => ({ default: await load() }), 'default'),
  })

export const makeRouter = () =>
  createRouter({
    routeTree: root.addChildren([
      setup,
      invitation,
      inside.addChildren([home, ...pages.map(routeOf), missing]),
    ]),
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPendingMs: 200,
    scrollRestoration: false,
  })

function Inside() {
  return (
    <AccessGate>
      <Shell>
        <ErrorBoundary>
          <Outlet />
        </ErrorBoundary>
      </Shell>
    </AccessGate>
  )
}

function Home() {
  const can = useCan()
  const say = useText(text)
  const first = pages.find((page) => page.nav && mayOpen(page, can))
  if (!first) return <Empty title={say('nothing_yet')} text={say('nothing_yet_text')} />
  return <Navigate to={first.path} replace />
}

function Missing() {
  const say = useText(text)
  const link = (
    <Go to="/" className="lnk">
      {say('to_start')}
    </Go>
  )
  return (
    <Page title={say('not_found')}>
      <Empty title={say('not_found')} text={say('not_found_text')} action={link} />
    </Page>
  )
}
