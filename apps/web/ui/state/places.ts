import type { Phrase } from '../../../../kernel/text.ts'
import { store, useStore } from './store.ts'

/** The pages that have a name, with one of the permissions that opens them: told by the router, which knows all pages. */
export type Place = { path: string; name: Phrase; may: readonly string[] }
const known = store<readonly Place[]>([])
export const setPlaces = (places: readonly Place[]): void => known.set(places)
export const usePlaces = (): readonly Place[] => useStore(known)
