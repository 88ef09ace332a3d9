import { Tag, type Tone, useText, Withheld } from '../../../apps/web/ui/index.ts'
import type { Reason } from '../contract.ts'
import type { Band } from '../rules.shapes.ts'
import { bandText } from '../text.reasons.ts'
import { text } from './text.ts'

const tones: Record<Band, Tone> = { certain: 'warn', likely: 'brand', possible: 'plain' }

export function BandTag({ band }: { band: Band }) {
  const say = useText(bandText)
  return <Tag tone={tones[band]}>{say(band)}</Tag>
}

/** Why, with both values beside each other where they differ. */
export function Reasons({ reasons }: { reasons: readonly Reason[] }) {
  const say = useText(text)
  return (
    <ul className="idwhy">
      {reasons.map((reason) => (
        <li key={`${reason.kind} ${reason.mine}`} className={reason.weight < 0 ? 'no' : undefined}>
          <span className="w">{reason.says}</span>
          <span className="v">
            <Value reason={reason} value={reason.mine} />
            {reason.mine !== reason.theirs && (
              <>
                <span className="mut"> / </span>
                <Value reason={reason} value={reason.theirs} />
              </>
            )}
          </span>
          {reason.weight < 0 && <span className="sr">{say('against')}</span>}
        </li>
      ))}
    </ul>
  )
}

const Value = ({ reason, value }: { reason: Reason; value: string }) =>
  reason.withheld ? <Withheld value={value} /> : <span>{value}</span>
