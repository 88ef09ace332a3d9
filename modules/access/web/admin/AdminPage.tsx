import type { ReactNode } from 'react'
import { Go, Page, Tabs, useCan, useGo, useText } from '../../../../apps/web/ui/index.ts'
import { text } from './text.ts'
import './admin.css'

const places = [
  { key: 'users', may: 'users:read' },
  { key: 'roles', may: 'roles:read' },
  { key: 'units', may: 'units:read' },
  { key: 'tags', may: 'labels:write' },
  { key: 'market_roles', may: 'labels:write' },
  { key: 'keys', may: 'keys:read' },
  { key: 'webhooks', may: 'webhooks:read' },
  { key: 'fields', may: 'fields:write' },
  { key: 'security', may: 'settings:write' },
] as const
export type Place = (typeof places)[number]['key']

type AdminProps = {
  at: Place
  may: string
  note?: ReactNode
  actions?: ReactNode
  head?: ReactNode
  peek?: ReactNode
  error?: unknown
  onRetry?: () => void
  foot?: ReactNode
  children: ReactNode
}

/** A page of the administration: where one came from, its neighbours, then the page itself. */
export function AdminPage({ at, head, ...rest }: AdminProps) {
  const say = useText(text)
  const can = useCan()
  const go = useGo()
  const items = places.filter(({ may }) => can(may)).map(({ key }) => ({ key, label: say(`tab_${key}`) }))
  return (
    <Page
      {...rest}
      title={say(`tab_${at}`)}
      trail={
        <Go to="/admin" className="lnk">
          {say('admin')}
        </Go>
      }
      head={
        <>
          {items.length > 1 && (
            <Tabs label={say('admin')} items={items} value={at} onChange={(key) => go(`/admin/${key}`)} />
          )}
          {head}
        </>
      }
    />
  )
}
