import { Count } from '../../../apps/web/ui/index.ts'
import { useSay } from '../../orders/web/say.ts'
import type { Counts as Numbers } from '../contract.ts'
import { text } from './text.ts'

export const outcomes = ['created', 'updated', 'unchanged', 'rejected'] as const
export type Outcome = (typeof outcomes)[number]

/** Four shares of the lines. The figures stand beside it: the bar only shows how they compare. */
export function Bar({ counts }: { counts: Numbers }) {
  const say = useSay(text)
  return (
    <div className="ibar" role="img" aria-label={say('share')}>
      {outcomes.map((outcome) =>
        counts[outcome] > 0 ? (
          <b key={outcome} className={outcome} style={{ flexGrow: counts[outcome] }} />
        ) : null,
      )}
    </div>
  )
}

export type CountRow = { key: string; label: string; counts: Numbers; strong?: boolean }
type CountsProps = {
  rows: readonly CountRow[]
  /** A click on a figure shows its rows. */
  onPick?: (key: string, outcome: Outcome) => void
}

export function Counts({ rows, onPick }: CountsProps) {
  const say = useSay(text)
  return (
    <div className="ptw">
      <table className="cn">
        <thead>
          <tr>
            <td />
            <th scope="col">{say('read')}</th>
            {outcomes.map((outcome) => (
              <th key={outcome} scope="col">
                <span className={`sq ${outcome}`} />
                {say(outcome)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, label, counts, strong }) => (
            <tr key={key} className={strong ? 'm1' : ''} data-entity={key}>
              <th scope="row">{label}</th>
              <td data-count="read">
                <Count value={counts.read} />
              </td>
              {outcomes.map((outcome) => (
                <td key={outcome} data-count={outcome}>
                  {counts[outcome] > 0 && onPick ? (
                    <button type="button" className="ev" onClick={() => onPick(key, outcome)}>
                      <Count value={counts[outcome]} />
                    </button>
                  ) : (
                    <span className={counts[outcome] > 0 ? '' : 'mut'}>
                      <Count value={counts[outcome]} />
                    </span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
