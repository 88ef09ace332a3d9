import { stringifySearch } from '../../../apps/web/ui/state/url.tsx'
import type { Found, FoundOrder, FoundParty, FoundProduct } from '../contract.ts'
import type { Matched, Place } from './places.ts'
import type { Visit } from './visited.ts'

/** One line of the palette. */
export type Item = {
  key: string
  to?: string
  search?: Readonly<Record<string, string>>
  run?: () => void
} & (
  | { is: 'party'; party: FoundParty }
  | { is: 'order'; order: FoundOrder }
  | { is: 'product'; product: FoundProduct }
  | { is: 'place'; matched: Matched }
  | { is: 'all'; of: 'parties' | 'products' }
)
export type Group = {
  name: 'visited' | 'parties' | 'orders' | 'products' | 'pages' | 'actions'
  items: Item[]
}

const partyItem = (party: FoundParty): Item => ({
  is: 'party',
  key: `party-${party.id}`,
  to: `/customers/${party.id}`,
  party,
})
const orderItem = (order: FoundOrder): Item[] =>
  order.party
    ? [
        {
          is: 'order',
          key: `order-${order.id}`,
          to: `/customers/${order.party.id}`,
          search: { see: `order-${order.id}` },
          order,
        },
      ]
    : []
const productItem = (product: FoundProduct): Item => ({
  is: 'product',
  key: `product-${product.id}`,
  to: '/products',
  search: { q: product.code },
  product,
})
const placeItem = (matched: Matched): Item => {
  const { key, to, run }: Place = matched.place
  return { is: 'place', key: `place-${key}`, matched, ...(to ? { to } : {}), ...(run ? { run } : {}) }
}

export function groupsOf(q: string, found: Found | undefined, pages: Matched[], actions: Matched[]): Group[] {
  const parties = found?.parties.items.map(partyItem) ?? []
  if (found?.parties.more)
    parties.push({ is: 'all', of: 'parties', key: 'all-parties', to: '/customers', search: { q } })
  const products = found?.products.items.map(productItem) ?? []
  if (found?.products.more)
    products.push({ is: 'all', of: 'products', key: 'all-products', to: '/products', search: { q } })
  return filled([
    { name: 'parties', items: parties },
    { name: 'orders', items: found?.orders.items.flatMap(orderItem) ?? [] },
    { name: 'products', items: products },
    { name: 'pages', items: pages.map(placeItem) },
    { name: 'actions', items: actions.map(placeItem) },
  ])
}

type Known = { parties: FoundParty[]; orders: FoundOrder[] }

/** Before anything is typed: where one was, and where one can go. */
export function startOf(
  visits: readonly Visit[],
  known: Known | undefined,
  pages: Matched[],
  actions: Matched[],
): Group[] {
  const visited = visits.flatMap((visit): Item[] => {
    if (visit.kind === 'party') return known?.parties.filter(({ id }) => id === visit.id).map(partyItem) ?? []
    return known?.orders.filter(({ id }) => id === visit.id).flatMap(orderItem) ?? []
  })
  return filled([
    { name: 'visited', items: visited.slice(0, 8) },
    { name: 'pages', items: pages.map(placeItem) },
    { name: 'actions', items: actions.map(placeItem) },
  ])
}
const filled = (groups: Group[]): Group[] => groups.filter(({ items }) => items.length > 0)

export const hrefOf = ({ to, search }: Item): string | undefined =>
  to === undefined ? undefined : to + stringifySearch(search ?? {})
