import { Tag, useText } from '../../../apps/web/ui/index.ts'
import { useFormats } from '../../value/web/format.ts'
import type { QualityRow } from '../contract.ts'
import { text as served } from '../text.ts'
import { text } from './text.ts'

export function Stake({ row: { stake_minor, stake, currency } }: { row: QualityRow }) {
  const as = useFormats()
  const say = useText(text)
  return (
    <span title={say(stake === 'value' ? 'stake_value' : 'stake_revenue')}>
      {as.brief(stake_minor, currency)}
    </span>
  )
}

export function Score({ score, band }: { score: number | null; band: QualityRow['band'] }) {
  const word = useText(served)
  if (score === null || !band) return <span className="mut">—</span>
  return (
    <span className="qscore">
      {score}{' '}
      <Tag tone={band === 'good' ? 'ok' : band === 'poor' ? 'warn' : 'plain'}>{word(`band.${band}`)}</Tag>
    </span>
  )
}
