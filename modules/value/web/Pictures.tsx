import { BreakdownCard } from './pictures/BreakdownCard.tsx'
import { Bucket } from './pictures/Bucket.tsx'
import { ClassesCard } from './pictures/ClassesCard.tsx'
import { Cohorts } from './pictures/Cohorts.tsx'
import type { PictureProps } from './pictures/common.ts'
import { DistributionCard } from './pictures/DistributionCard.tsx'
import { CoreNames, Lorenz } from './pictures/Lorenz.tsx'
import { RetentionCard } from './pictures/RetentionCard.tsx'
import { RevenueCard } from './pictures/RevenueCard.tsx'
import { Rfm } from './pictures/Rfm.tsx'
import { RiskCard } from './pictures/RiskCard.tsx'

/** Below the first row; what needs a model is left out where there is none, and what needs orders where contracts tell. */
type Props = PictureProps & { too_few: boolean; of_contracts: boolean }

export default function Pictures({ filter, too_few, of_contracts }: Props) {
  return (
    <>
      {!too_few && <RiskCard filter={filter} of_contracts={of_contracts} />}
      {!too_few && <Lorenz filter={filter} />}
      {!of_contracts && <Rfm filter={filter} />}
      {!of_contracts && <Cohorts filter={filter} />}
      {!of_contracts && <Bucket filter={filter} />}
      {!of_contracts && <RevenueCard filter={filter} />}
      {!of_contracts && <RetentionCard filter={filter} />}
      {!too_few && <DistributionCard filter={filter} />}
      {!of_contracts && <ClassesCard filter={filter} />}
      {!too_few && <CoreNames filter={filter} />}
      <BreakdownCard filter={filter} />
    </>
  )
}
