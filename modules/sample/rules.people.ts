import { SAMPLE_SOURCE } from '../parties/rules.ts'

// Who works in the sample company, and where. Everybody here is invented; `.example` is nobody's domain (RFC 2606).

/** Of every sample record: the external ids' source, the orders' and the products'. */
export const SOURCE = SAMPLE_SOURCE
/** On every sample party, so that a list can be cut to them or freed of them. */
export const TAG = '示例 Sample'
/** The root of its product categories. */
export const CATEGORY = '示例商品 Sample goods'
export const DOMAIN = 'sample.example'

export type SampleUnit = {
  key: string
  parent: string | null
  kind: 'branch' | 'region' | 'team'
  name: string
}
/** Parents first. `null` hangs below the company's own headquarters. */
export const units = [
  { key: 'cn', parent: null, kind: 'branch', name: '中国分公司（示例）' },
  { key: 'east', parent: 'cn', kind: 'region', name: '华东大区（示例）' },
  { key: 'shanghai', parent: 'east', kind: 'team', name: '上海团队（示例）' },
  { key: 'hangzhou', parent: 'east', kind: 'team', name: '杭州团队（示例）' },
  { key: 'south', parent: 'cn', kind: 'region', name: '华南大区（示例）' },
  { key: 'shenzhen', parent: 'south', kind: 'team', name: '深圳团队（示例）' },
  { key: 'uk', parent: null, kind: 'branch', name: 'UK branch (sample)' },
  { key: 'england', parent: 'uk', kind: 'region', name: 'England (sample)' },
  { key: 'london', parent: 'england', kind: 'team', name: 'London team (sample)' },
  { key: 'manchester', parent: 'england', kind: 'team', name: 'Manchester team (sample)' },
] as const satisfies readonly SampleUnit[]
export type UnitKey = (typeof units)[number]['key']

export type SampleUser = {
  /** before the @ */
  sign_in: string
  name: string
  role: string
  /** null: headquarters */
  unit: UnitKey | null
  locale: 'zh-CN' | 'en'
}
const zh = 'zh-CN'
/** Every starting role at least once; relationship managers own the customers of their team. */
export const users = [
  { sign_in: 'administrator', name: '陈思远', role: 'administrator', unit: null, locale: zh },
  { sign_in: 'director', name: 'Eleanor Marsh', role: 'director', unit: null, locale: 'en' },
  { sign_in: 'region.east', name: '林若溪', role: 'regional_manager', unit: 'east', locale: zh },
  {
    sign_in: 'region.england',
    name: 'Thomas Whitby',
    role: 'regional_manager',
    unit: 'england',
    locale: 'en',
  },
  { sign_in: 'shanghai', name: '周明轩', role: 'relationship_manager', unit: 'shanghai', locale: zh },
  { sign_in: 'hangzhou', name: '吴佳宁', role: 'relationship_manager', unit: 'hangzhou', locale: zh },
  { sign_in: 'shenzhen', name: '何俊杰', role: 'relationship_manager', unit: 'shenzhen', locale: zh },
  { sign_in: 'london', name: 'Grace Holloway', role: 'relationship_manager', unit: 'london', locale: 'en' },
  {
    sign_in: 'manchester',
    name: 'Daniel Ashworth',
    role: 'relationship_manager',
    unit: 'manchester',
    locale: 'en',
  },
  { sign_in: 'marketer', name: 'Sophie Lang', role: 'marketer', unit: 'uk', locale: 'en' },
  { sign_in: 'service', name: 'Priya Nair', role: 'service_agent', unit: 'uk', locale: 'en' },
  { sign_in: 'engineer', name: '郭志强', role: 'field_engineer', unit: 'shanghai', locale: zh },
  { sign_in: 'channel', name: '许文静', role: 'channel_manager', unit: 'cn', locale: zh },
  { sign_in: 'analyst', name: 'Hannah Clarke', role: 'analyst', unit: null, locale: 'en' },
  { sign_in: 'compliance', name: 'Martin Oakes', role: 'compliance_officer', unit: null, locale: 'en' },
  { sign_in: 'auditor', name: '沈国平', role: 'auditor', unit: null, locale: zh },
] as const satisfies readonly SampleUser[]

export const emailOf = (sign_in: string): string => `${sign_in}@${DOMAIN}`

/** Rows of the files in data/, without their headers. In the order in which they are brought in. */
export const LINES = { products: 3344, parties: 1282, orders: 100_673 } as const
/** As it is in the file. */
export const LAST_ORDER = new Date('2011-12-09T12:49:00Z')

const WEEK_MS = 7 * 86_400_000
/**
 * Weeks to move the history by, so that its last order is one to eight days ago. Whole weeks: a Thursday's order stays
 * one of a Thursday.
 */
export const weeksToNow = (last: Date, now: Date): number =>
  Math.floor((now.getTime() - 86_400_000 - last.getTime()) / WEEK_MS)

/** `2011-12-09 12:50:00` so many weeks later, as written on a wall: no zone comes into it. */
export const movedBy =
  (weeks: number) =>
  (at: string): string =>
    new Date(Date.parse(`${at.replace(' ', 'T')}Z`) + weeks * WEEK_MS)
      .toISOString()
      .slice(0, 19)
      .replace('T', ' ')
