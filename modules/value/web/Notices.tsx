import { Figure, Go, Icon, KeyValues } from '../../../apps/web/ui/index.ts'
import { useSay } from '../../orders/web/say.ts'
import type { Overview } from '../contract.shapes.ts'
import { useFormats } from './format.ts'
import { useModelWords } from './modelWords.ts'
import { text } from './text.ts'

/** What a reader must know before believing the figures; the model page says why. */
export function Warnings({ codes: all }: { codes: readonly string[] }) {
  const codes = [...new Set(all)]
  const say = useSay(text)
  const told = useModelWords()
  if (codes.length === 0) return null
  return (
    <div className="vnotice" role="note" aria-label={say('warn_title')}>
      <Icon name="warning" />
      <span>
        {codes.map((code) => (
          <span key={code} className="vsaid">
            {told(code)}{' '}
          </span>
        ))}
        <Go to="/value/model" className="lnk">
          {say('warn_more')}
        </Go>
      </span>
    </div>
  )
}

/** Counts instead of numbers that nobody could stand behind. */
export function Few({ data }: { data: Overview }) {
  const say = useSay(text)
  const as = useFormats()
  const { data: counts } = data
  return (
    <section className="vcard w12" data-card="few">
      <h2>{say('few_title')}</h2>
      <p className="s13 sec vfew">
        {say('few_text', {
          customers: counts.customers,
          repeaters: counts.repeaters,
          days: counts.span_days,
        })}
      </p>
      <div className="vcounts">
        <Figure label={say('customers')} value={as.count(counts.customers)} />
        <Figure label={say('repeaters')} value={as.count(counts.repeaters)} />
        <Figure label={say('purchases')} value={as.count(counts.purchases)} />
        <Figure label={say('orders')} value={as.count(counts.orders)} />
        <Figure label={say('returns')} value={as.count(counts.returns)} />
      </div>
      {(counts.anonymous > 0 || counts.unrated > 0) && (
        <KeyValues
          items={[
            [say('anonymous'), as.count(counts.anonymous)],
            [say('unrated'), as.count(counts.unrated)],
          ]}
        />
      )}
    </section>
  )
}
