import type { MarketRole } from './contract.shapes.ts'

// A company's own market roles have codes that no word of the house has, so that both can stand in one table of words.
const OWN = 'own_'
export const OWN_ROLE = '^own_[a-z0-9_]{1,36}$'
/** More would be tags. */
export const OWN_ROLES_MAX = 30

export const isOwnRole = (role: string): boolean => role.startsWith(OWN)

const ROLE = /^[a-z][a-z0-9_]{1,39}$/
/** It may be one: whether there is such a role, only the house knows. */
export const isRoleCode = (role: string | undefined): role is MarketRole =>
  role !== undefined && ROLE.test(role)

/** A code that programs can read, from its English name where there is one: `own_key_account`, else `own_7`. */
export function ownCode(label_en: string, taken: readonly string[]): string {
  const slug = label_en
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 30)
  const base = slug === '' ? OWN : `${OWN}${slug}`
  if (slug !== '' && !taken.includes(base)) return base
  for (let n = 1; ; n++) {
    const code = slug === '' ? `${OWN}${n}` : `${base}_${n}`
    if (!taken.includes(code)) return code
  }
}
