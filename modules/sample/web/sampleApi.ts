import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { store } from '../../../apps/web/ui/state/store.ts'
import { sample } from '../contract.ts'

export const sampleApi: Api<typeof sample> = api('sample', sample)

/** Shown once: in memory until the page is left for good. */
export const password = store<string | null>(null)
