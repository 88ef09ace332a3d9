import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useLocale, useText } from '../../../../apps/web/ui/index.ts'
import type { RoleView } from '../../contract.ts'
import { accessApi } from '../session.ts'
import { rolesText } from './roles.text.ts'

export type Permission = {
  code: string
  words: string
  scopes: readonly ('own' | 'team' | 'branch' | 'all')[]
}
export type Group = { concept: string; label: string; permissions: readonly Permission[] }

// A working day first, then what is set for others.
const ORDER = [
  'parties',
  'fields',
  'orders',
  'products',
  'value',
  'spend',
  'imports',
  'data',
  'jobs',
  'audit',
  'users',
  'roles',
  'units',
  'keys',
  'webhooks',
  'settings',
  'backups',
  'system',
  'sample',
]
const place = (concept: string) => (ORDER.includes(concept) ? ORDER.indexOf(concept) : ORDER.length)
// Reading before writing before the rest.
const rank = (code: string) => ['read', 'write'].indexOf(code.split(':')[1] ?? '') + 1 || 3

/** Everything a role can grant, by what it is about, in words. A concept without a word of its own shows its first right's. */
export function useGroups(): readonly Group[] {
  const say = useText(rolesText)
  const list = useQuery({ ...accessApi.permissions.query(), staleTime: 300_000 })
  return useMemo(() => {
    const by = Map.groupBy(list.data?.items ?? [], ({ code }) => code.split(':')[0] ?? '')
    return [...by]
      .sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1))
      .map(([concept, permissions]) => {
        const key = `on.${concept}`
        return {
          concept,
          label: key in rolesText ? say(key as 'on.parties') : (permissions[0]?.words ?? concept),
          permissions: permissions.toSorted((a, b) => rank(a.code) - rank(b.code)),
        }
      })
  }, [list.data, say])
}

export const useRoleName = () => {
  const locale = useLocale()
  return (role: Pick<RoleView, 'name_zh' | 'name_en'>) => (locale === 'zh-CN' ? role.name_zh : role.name_en)
}
