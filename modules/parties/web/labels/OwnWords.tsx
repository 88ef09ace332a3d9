import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useCan } from '../../../../apps/web/ui/index.ts'
import { overWords } from '../../../../apps/web/ui/state/locale.ts'
import { store, useStore } from '../../../../apps/web/ui/state/store.ts'
import { type MarketRole, marketRoles } from '../../contract.ts'
import { text as served } from '../../text.ts'
import { text } from '../text.ts'
import { labelsApi } from './labelsApi.ts'

const offered = store<readonly MarketRole[]>(marketRoles)
/** Those that are offered, in the company’s order; who holds another keeps it. */
export const useMarketRoles = (): readonly MarketRole[] => useStore(offered)

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
    const named = data.items.filter(({ label_zh, label_en }) => label_zh || label_en)
    // The list's tabs have the plural; a name that the company gave stands there as it is.
    const words = named.flatMap(({ role, zh, en }) => [role, `tab_${role}`].map((key) => [key, { zh, en }]))
    overWords(text, Object.fromEntries(words))
    overWords(served, Object.fromEntries(named.map(({ role, zh, en }) => [`role.${role}`, { zh, en }])))
    offered.set(data.items.filter(({ hidden }) => !hidden).map(({ role }) => role))
  }, [data])
  return null
}
