import 'virtual:antd.css'
import './theme/tokens.css'
import './theme/base.css'
import './theme/shell.css'
import './theme/blocks.css'
import './theme/lists.css'
import './theme/parts.css'
import './theme/table.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { giveFocusBack } from './shell/giveFocusBack.ts'
import { keepFocus } from './shell/keepFocus.ts'
import { makeRouter } from './shell/router.tsx'
import { Themed } from './shell/Themed.tsx'
import { tabGoesOn } from './shell/tabGoesOn.ts'
import { mayRetry, whenSignedOut } from './ui/state/api.ts'
import { session, setSession } from './ui/state/session.ts'

const RELOADED = 'guanxi.reloaded'
const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: 15_000, retry: mayRetry, refetchOnWindowFocus: true } },
})
// A session that ended elsewhere: what was fetched under it must not stay on the screen.
whenSignedOut(() => {
  if (!session()) return
  queries.clear()
  setSession(null)
})

// A page's code may be gone after an update of the server: the new one is a reload away.
window.addEventListener('vite:preloadError', (event) => {
  const last = Number(sessionStorage.getItem(RELOADED) ?? 0)
  if (Date.now() - last < 60_000) return
  sessionStorage.setItem(RELOADED, String(Date.now()))
  event.preventDefault()
  location.reload()
})

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
giveFocusBack(root)
keepFocus(document)
tabGoesOn(document)
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Themed>
        <RouterProvider router={makeRouter()} />
      </Themed>
    </QueryClientProvider>
  </StrictMode>,
)
