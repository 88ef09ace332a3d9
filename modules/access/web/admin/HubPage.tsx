import { Go, Icon, type IconName, Page, useCan, useText } from '../../../../apps/web/ui/index.ts'
import { hubText } from './hub.text.ts'
import './admin.css'

type Entry = {
  key: Parameters<ReturnType<typeof useText<typeof hubText>>>[0]
  about: Parameters<ReturnType<typeof useText<typeof hubText>>>[0]
  to: string
  may: string
  icon: IconName
}
const groups: readonly {
  key: 'people' | 'data' | 'programs' | 'record' | 'running'
  entries: readonly Entry[]
}[] = [
  {
    key: 'people',
    entries: [
      { key: 'users', about: 'users_about', to: '/admin/users', may: 'users:read', icon: 'users' },
      { key: 'roles', about: 'roles_about', to: '/admin/roles', may: 'roles:read', icon: 'lock' },
      { key: 'sees', about: 'sees_about', to: '/admin/sees', may: 'roles:read', icon: 'search' },
      { key: 'units', about: 'units_about', to: '/admin/units', may: 'units:read', icon: 'building' },
      {
        key: 'security',
        about: 'security_about',
        to: '/admin/security',
        may: 'settings:write',
        icon: 'shield',
      },
    ],
  },
  {
    key: 'data',
    entries: [
      { key: 'fields', about: 'fields_about', to: '/admin/fields', may: 'fields:write', icon: 'file' },
      { key: 'tags', about: 'tags_about', to: '/admin/tags', may: 'labels:write', icon: 'pin' },
      {
        key: 'market_roles',
        about: 'market_roles_about',
        to: '/admin/market_roles',
        may: 'labels:write',
        icon: 'users',
      },
      { key: 'pools', about: 'pools_about', to: '/pools', may: 'pools:write', icon: 'archive' },
      { key: 'quality', about: 'quality_about', to: '/quality/rules', may: 'quality:write', icon: 'check' },
    ],
  },
  {
    key: 'programs',
    entries: [
      { key: 'keys', about: 'keys_about', to: '/admin/keys', may: 'keys:read', icon: 'key' },
      {
        key: 'webhooks',
        about: 'webhooks_about',
        to: '/admin/webhooks',
        may: 'webhooks:read',
        icon: 'export',
      },
    ],
  },
  {
    key: 'record',
    entries: [
      { key: 'audit', about: 'audit_about', to: '/audit', may: 'audit:read', icon: 'lock' },
      { key: 'imports', about: 'imports_about', to: '/import', may: 'imports:read', icon: 'import' },
    ],
  },
  {
    key: 'running',
    entries: [
      { key: 'jobs', about: 'jobs_about', to: '/jobs', may: 'jobs:read', icon: 'jobs' },
      { key: 'backups', about: 'backups_about', to: '/backups', may: 'backups:read', icon: 'archive' },
      { key: 'system', about: 'system_about', to: '/system', may: 'system:read', icon: 'settings' },
    ],
  },
]

/** Everything that is set or watched for others, by what one came to do. */
export function HubPage() {
  const say = useText(hubText)
  const can = useCan()
  return (
    <Page title={say('title')} note={say('lead')}>
      <div className="adhub">
        {groups.map(({ key, entries }) => {
          const mine = entries.filter(({ may }) => can(may))
          if (mine.length === 0) return null
          return (
            <section key={key}>
              <h2>{say(key)}</h2>
              <div className="adcards">
                {mine.map((entry) => (
                  <Go key={entry.key} to={entry.to} className="adcard">
                    <Icon name={entry.icon} />
                    <span>
                      <span className="b">{say(entry.key)}</span>
                      <span className="l2">{say(entry.about)}</span>
                    </span>
                  </Go>
                ))}
              </div>
            </section>
          )
        })}
      </div>
    </Page>
  )
}
