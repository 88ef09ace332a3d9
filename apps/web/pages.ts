import { type ComponentType, lazy } from 'react'
import type { Phrase } from '../../kernel/text.ts'
import type { IconName } from './ui/index.ts'

/** A page of a module. Its code is fetched when it is first opened. */
export type PageEntry = {
  path: string
  load: () => Promise<ComponentType>
  /** The permission without which its entry is not shown. */
  may: string
  /** What a page without an entry is called where pages are chosen from. */
  name?: Phrase
  /** Instead of `may`: one of these is enough. */
  any?: readonly string[]
  /**
   * An entry in the rail; `foot` stands at the bottom; `admin` is reached through the administration and by its keys.
   * A page without one is reached from others.
   */
  nav?: {
    label: Phrase
    icon: IconName
    at: 'job' | 'foot' | 'admin'
    keys: string
    /** How much of it is due; nothing when nothing is. */
    Count?: ComponentType
  }
}

export const mayOpen = ({ may, any }: PageEntry, can: (may: string) => boolean): boolean =>
  any ? any.some(can) : can(may)

/** Who has something to administer. Seeing colleagues' names or one's own jobs is not it. */
const administers = [
  'users:write',
  'roles:read',
  'units:write',
  'keys:read',
  'webhooks:read',
  'fields:write',
  'settings:write',
  'labels:write',
  'quality:write',
  'audit:read',
  'system:read',
  'backups:read',
]

/** Every page there is, in the order of the rail. The first that one may see is the home page. */
export const pages: readonly PageEntry[] = [
  {
    path: '/customers',
    may: 'parties:read',
    load: async () => (await import('../../modules/parties/web/CustomersPage.tsx')).CustomersPage,
    nav: { label: { zh: '客户', en: 'Customers' }, icon: 'users', at: 'job', keys: 'g c' },
  },
  {
    path: '/tasks',
    may: 'tasks:read',
    load: async () => (await import('../../modules/notes/web/TasksPage.tsx')).TasksPage,
    nav: {
      label: { zh: '待办', en: 'Tasks' },
      icon: 'todo',
      at: 'job',
      keys: 'g t',
      Count: lazy(async () => ({
        default: (await import('../../modules/notes/web/TaskBadge.tsx')).TaskBadge,
      })),
    },
  },
  {
    path: '/occasions',
    may: 'occasions:read',
    load: async () => (await import('../../modules/occasions/web/OccasionsPage.tsx')).OccasionsPage,
    nav: { label: { zh: '日子', en: 'Dates' }, icon: 'calendar', at: 'job', keys: 'g d' },
  },
  {
    path: '/value',
    may: 'value:read',
    load: async () => (await import('../../modules/value/web/ValuePage.tsx')).ValuePage,
    nav: { label: { zh: '价值', en: 'Value' }, icon: 'value', at: 'job', keys: 'g v' },
  },
  {
    path: '/value/customers',
    may: 'value:read',
    load: async () => (await import('../../modules/value/web/BehindPage.tsx')).BehindPage,
  },
  {
    path: '/value/model',
    may: 'value:read',
    load: async () => (await import('../../modules/value/web/ModelPage.tsx')).ModelPage,
  },
  {
    path: '/value/spend',
    may: 'spend:read',
    load: async () => (await import('../../modules/value/web/SpendPage.tsx')).SpendPage,
  },
  {
    path: '/quality',
    may: 'quality:read',
    load: async () => (await import('../../modules/quality/web/QualityPage.tsx')).QualityPage,
    nav: { label: { zh: '质量', en: 'Quality' }, icon: 'check', at: 'job', keys: 'g q' },
  },
  {
    path: '/quality/work',
    may: 'quality:read',
    name: { zh: '修正资料', en: 'Mend data' },
    load: async () => (await import('../../modules/quality/web/WorkPage.tsx')).WorkPage,
  },
  {
    path: '/quality/rules',
    may: 'quality:read',
    name: { zh: '数据质量规则', en: 'Rules of data quality' },
    load: async () => (await import('../../modules/quality/web/RulesPage.tsx')).RulesPage,
  },
  {
    path: '/duplicates',
    may: 'parties:merge',
    load: async () => (await import('../../modules/identity/web/DuplicatesPage.tsx')).DuplicatesPage,
    nav: { label: { zh: '查重', en: 'Duplicates' }, icon: 'link', at: 'job', keys: 'g u' },
  },
  {
    path: '/products',
    may: 'products:read',
    load: async () => (await import('../../modules/products/web/ProductsPage.tsx')).ProductsPage,
    nav: { label: { zh: '产品', en: 'Products' }, icon: 'cart', at: 'job', keys: 'g p' },
  },
  {
    path: '/customers/$id',
    may: 'parties:read',
    load: async () => (await import('../../modules/parties/web/PartyPage.tsx')).PartyPage,
  },
  {
    path: '/bulk/$id',
    may: 'parties:write',
    load: async () => (await import('../../modules/parties/web/bulk/BulkPage.tsx')).BulkPage,
  },
  {
    path: '/parties/$id',
    may: 'parties:read',
    load: async () => (await import('../../modules/parties/web/PartyPage.tsx')).PartyMoved,
  },
  {
    path: '/import',
    may: 'imports:read',
    load: async () => (await import('../../modules/imports/web/ImportPage.tsx')).ImportPage,
    nav: { label: { zh: '导入', en: 'Import' }, icon: 'import', at: 'foot', keys: 'g i' },
  },
  {
    path: '/jobs',
    may: 'jobs:read',
    load: async () => (await import('../../modules/jobs/web/JobsPage.tsx')).JobsPage,
    nav: { label: { zh: '后台任务', en: 'Jobs' }, icon: 'jobs', at: 'foot', keys: 'g j' },
  },
  {
    path: '/audit',
    may: 'audit:read',
    load: async () => (await import('../../modules/audit/web/AuditPage.tsx')).AuditPage,
    nav: { label: { zh: '审计', en: 'Audit' }, icon: 'lock', at: 'admin', keys: 'g a' },
  },
  {
    path: '/sample',
    may: 'sample:write',
    load: async () => (await import('../../modules/sample/web/SamplePage.tsx')).SamplePage,
  },
  {
    path: '/backups',
    may: 'backups:read',
    load: async () => (await import('../../modules/backups/web/BackupsPage.tsx')).BackupsPage,
    nav: { label: { zh: '备份', en: 'Backups' }, icon: 'archive', at: 'admin', keys: 'g b' },
  },
  {
    path: '/system',
    may: 'system:read',
    load: async () => (await import('../../modules/system/web/SystemPage.tsx')).SystemPage,
    nav: { label: { zh: '系统', en: 'System' }, icon: 'settings', at: 'admin', keys: 'g s' },
  },
  {
    path: '/admin',
    may: 'signed_in',
    any: administers,
    load: async () => (await import('../../modules/access/web/admin/HubPage.tsx')).HubPage,
    nav: { label: { zh: '管理', en: 'Admin' }, icon: 'shield', at: 'foot', keys: 'g m' },
  },
  {
    path: '/admin/users',
    may: 'users:read',
    name: { zh: '管理：用户', en: 'Administration: users' },
    load: async () => (await import('../../modules/access/web/admin/UsersPage.tsx')).UsersPage,
  },
  {
    path: '/admin/units',
    may: 'units:read',
    name: { zh: '管理：组织', en: 'Administration: units' },
    load: async () => (await import('../../modules/access/web/admin/UnitsPage.tsx')).UnitsPage,
  },
  {
    path: '/admin/keys',
    may: 'keys:read',
    name: { zh: '管理：API 密钥', en: 'Administration: API keys' },
    load: async () => (await import('../../modules/access/web/admin/KeysPage.tsx')).KeysPage,
  },
  {
    path: '/admin/roles',
    may: 'roles:read',
    name: { zh: '管理：角色', en: 'Administration: roles' },
    load: async () => (await import('../../modules/access/web/admin/RolesPage.tsx')).RolesPage,
  },
  {
    path: '/admin/roles/$id',
    may: 'roles:read',
    load: async () => (await import('../../modules/access/web/admin/RolePage.tsx')).RolePage,
  },
  {
    path: '/admin/sees',
    may: 'roles:read',
    load: async () => (await import('../../modules/access/web/admin/SeesPage.tsx')).SeesPage,
  },
  {
    path: '/admin/fields',
    may: 'fields:write',
    name: { zh: '管理：自定义字段', en: 'Administration: custom fields' },
    load: async () => (await import('../../modules/parties/web/fields/FieldsPage.tsx')).FieldsPage,
  },
  {
    path: '/admin/security',
    may: 'settings:write',
    name: { zh: '管理：登录安全', en: 'Administration: sign-in security' },
    load: async () => (await import('../../modules/access/web/admin/SecurityPage.tsx')).SecurityPage,
  },
  {
    path: '/admin/tags',
    may: 'labels:write',
    name: { zh: '管理：标签', en: 'Administration: tags' },
    load: async () => (await import('../../modules/parties/web/labels/TagsPage.tsx')).TagsPage,
  },
  {
    path: '/admin/market_roles',
    may: 'labels:write',
    name: { zh: '管理：市场角色', en: 'Administration: market roles' },
    load: async () => (await import('../../modules/parties/web/labels/MarketRolesPage.tsx')).MarketRolesPage,
  },
  {
    path: '/pools',
    may: 'pools:claim',
    load: async () => (await import('../../modules/pools/web/PoolsPage.tsx')).PoolsPage,
    nav: { label: { zh: '公海', en: 'Pools' }, icon: 'archive', at: 'job', keys: 'g o' },
  },
  {
    path: '/account',
    may: 'signed_in',
    load: async () => (await import('../../modules/access/web/account/AccountPage.tsx')).AccountPage,
  },
  {
    path: '/admin/webhooks',
    may: 'webhooks:read',
    name: { zh: '管理：Webhook', en: 'Administration: webhooks' },
    load: async () => (await import('../../modules/webhooks/web/WebhooksPage.tsx')).WebhooksPage,
  },
]
