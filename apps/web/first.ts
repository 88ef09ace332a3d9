import type { ComponentType } from 'react'
import { ExploreSample } from '../../modules/sample/web/ExploreSample.tsx'

/** What else an empty list of customers offers, module by module. */
export const firstSteps: readonly { may: string; Step: ComponentType }[] = [
  { may: 'sample:write', Step: ExploreSample },
]
