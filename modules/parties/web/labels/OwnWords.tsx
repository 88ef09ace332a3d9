import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { type Option, useCan, useText } from '../../../../apps/web/ui/index.ts'
import { overWords } from '../../../../apps/web/ui/state/locale.ts'
import { store, useStore } from '../../../../apps/web/ui/state/store.ts'
import { type MarketRole, marketRoles } from '../../contract.ts'
import { isOwnRole } from '../../rules.labels.ts'
import { text as served } from '../../text.ts'
import { text } from '../text.ts'
import { labelsApi } from './labelsApi.ts'

const offered = store<readonly MarketRole[]>(marketRoles)
const known = store<readonly MarketRole[]>(marketRoles)
type Names = Readonly<Record<string, { zh: string; en: string }>>
const names = store<Names>({})
/** What each is called, in both languages. */
export const useMarketRoleNames = (): Names => useStore(names)
/** Those that are offered, in the company’s order; who holds another keeps it. */
export const useMarketRoles = (): readonly MarketRole[] => useStore(offered)

/**
 * What every filter and picker of market roles chooses from: in the company's order and words. Those that it does not
 * offer are `hidden`: they have their name where they stand already, and are not to be chosen anew.
 */
export function useMarketRoleOptions(): Option[] {
  const word = useText(text)
  const offered = useMarketRoles()
  const all = useStore(known)
  return useMemo(
    () =>
      [...new Set([...offered, ...all])].map((value) => ({
        value,
        label: word(value),
        hidden: !offered.includes(value),
      })),
    [offered, all, word],
  )
}

/** What the company calls market roles takes the place of the house’s words, on every page. */
export function OwnWords() {
  const can = useCan()
  const { data } = useQuery({
    ...labelsApi.marketRoles.query(),
    staleTime: 300_000,
    enabled: can('parties:read'),
  })
  useEffect(() => {
    if (!data) return
    const named = data.items.filter(({ role, label_zh, label_en }) => isOwnRole(role) || label_zh || label_en)
    // The list's tabs have the plural; a name that the company gave stands there as it is.
    const words = named.flatMap(({ role, zh, en }) => [role, `tab_${role}`].map((key) => [key, { zh, en }]))
    overWords(text, Object.fromEntries(words))
    overWords(served, Object.fromEntries(named.map(({ role, zh, en }) => [`role.${role}`, { zh, en }])))
    known.set(data.items.map(({ role }) => role))
    names.set(Object.fromEntries(data.items.map(({ role, zh, en }) => [role, { zh, en }])))
    offered.set(data.items.filter(({ hidden }) => !hidden).map(({ role }) => role))
  }, [data])
  return null
}
