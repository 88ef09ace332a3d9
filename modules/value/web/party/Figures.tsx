import { useQuery } from '@tanstack/react-query'
import { Figure, useText } from '../../../../apps/web/ui/index.ts'
import { useSay } from '../../../orders/web/say.ts'
import type { PartyPartProps } from '../../../parties/web/part.ts'
import type { CustomerValue } from '../../contract.customer.ts'
import { text as served } from '../../text.ts'
import { type Formats, useFormats } from '../format.ts'
import { text } from '../party.text.ts'
import { valueApi } from '../valueApi.ts'

/** Lifetime value with its doubt, P(alive), the next order; each opens what it is made of. */
export function ValueFigures({ party, see }: PartyPartProps) {
  const say = useSay(text)
  const as = useFormats()
  const word = useText(served)
  const { data, error } = useQuery(valueApi.ofParty.query({ params: { id: party.id } }))
  if (!data && !error)
    return <Figure label={say('value')} value={<b className="bone w50" />} note={<>&nbsp;</>} />
  const row = data?.figures
  // A company without orders has no figures yet: a place that loads for good would say that they come.
  if (!data?.known || !row)
    return (
      <Figure
        label={say('value')}
        value={<span className="mut none">{say('none')}</span>}
        note={<>&nbsp;</>}
      />
    )
  const open = () => see('value')
  return (
    <>
      <Figure
        label={say('value')}
        value={
          <button type="button" className="ev" onClick={open} data-figure="party-value">
            {row.value_minor === null ? say('not_said') : as.brief(row.value_minor, data.currency)}
          </button>
        }
        note={intervalOf(data, as, say)}
      />
      <Figure
        label={say('p_alive')}
        value={
          <button
            type="button"
            className="ev"
            onClick={open}
            title={row.p_alive_why ? word(`unknown.${row.p_alive_why}`) : undefined}
          >
            {row.p_alive === null ? say('not_said') : as.chance(row.p_alive)}
          </button>
        }
        note={
          <>
            {word(`class.${row.class}`)}
            {row.core ? ` · ${say('core')}` : row.abc && ` · ${say('abc', { abc: row.abc })}`}
          </>
        }
      />
      <Figure
        label={say('next')}
        value={
          data.next_order ? (
            <button type="button" className="ev" onClick={open}>
              {as.day(data.next_order.on)}
            </button>
          ) : (
            <span className="mut none">{say('not_said')}</span>
          )
        }
        note={
          row.usual_days === null ? (
            say('silent', { silent: row.silent_days })
          ) : row.overdue ? (
            <span className="seal">
              {say('overdue', { silent: row.silent_days, usual: as.number(row.usual_days, 0) })}
            </span>
          ) : (
            say('on_time', { usual: as.number(row.usual_days, 0) })
          )
        }
      />
    </>
  )
}

type Say = (key: 'interval', params: Record<string, unknown>) => string
function intervalOf({ interval, currency }: CustomerValue, as: Formats, say: Say) {
  if (interval.lower_minor === null) return <>&nbsp;</>
  return say('interval', {
    level: as.share(interval.level),
    from: as.brief(interval.lower_minor, currency),
    to: as.brief(interval.upper_minor, currency),
  })
}
