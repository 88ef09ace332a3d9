import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { ExportMenu, useLocale } from '../../../apps/web/ui/index.ts'
import type { PartyPartProps } from '../../parties/web/part.ts'
import type { Purchases } from '../contract.ts'
import { orderHeadings } from '../text.export.ts'
import { Drawing } from './Drawing.tsx'
import { Months } from './Evidence.tsx'
import { daysOf, isLate } from './format.ts'
import { gapsOf } from './gaps.ts'
import { orderApi } from './orderApi.ts'
import { useSay } from './say.ts'
import { text } from './text.ts'
import './orders.css'

const listed = ['number', 'kind', 'ordered_at', 'lines', 'amount', 'currency', 'channel', 'store']
type View = 'picture' | 'table' | 'definition'

/** Orders in time. The title is the finding; the table and the definition stand beside it. */
export function Picture({ party, see }: PartyPartProps) {
  const say = useSay(text)
  const [view, setView] = useState<View>('picture')
  const { data } = useQuery(orderApi.purchases.query({ params: { id: party.id } }))
  const finding = useFinding(data)
  if (!data)
    return (
      <section className="opic" aria-busy="true">
        <h2>
          <b className="bone w50" />
        </h2>
        <div className="room" />
      </section>
    )
  if (data.orders.length === 0)
    return (
      <section className="opic">
        <h2>{say('finds_none')}</h2>
        <p className="mut s12">{say('finds_none_text')}</p>
      </section>
    )
  const part = (key: View) => (
    <button
      type="button"
      className={view === key ? 'on' : ''}
      aria-pressed={view === key}
      onClick={() => setView(view === key ? 'picture' : key)}
    >
      {say(key)}
    </button>
  )
  return (
    <section className="opic">
      <h2>
        <span className="t">{finding}</span>
        <span className="r">
          {part('table')}
          {part('definition')}
          <ExportMenu
            small
            headings={orderHeadings}
            shown={listed}
            ask={(query, signal) => orderApi.exportOfParty({ params: { id: party.id }, query, signal })}
          />
        </span>
      </h2>
      {view === 'table' && (
        <div className="months">
          <Months data={data} />
        </div>
      )}
      {view === 'definition' && (
        <p className="s12 sec def">
          {say('defined')}{' '}
          {data.orders.length < data.order_count &&
            say('shows', { n: data.orders.length, all: data.order_count })}
        </p>
      )}
      {view !== 'table' && <Sized data={data} label={say('picture_label', { finding })} see={see} />}
    </section>
  )
}

/** Drawn at its true width, so that the letters keep their size. */
function Sized(props: { data: Purchases; label: string; see: PartyPartProps['see'] }) {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (!box.current) return
    const seen = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    seen.observe(box.current)
    return () => seen.disconnect()
  }, [])
  return (
    <div ref={box} className={gapsOf(props.data.orders).length > 1 ? 'room' : 'room flat'}>
      {width > 0 && <Drawing {...props} width={width} />}
    </div>
  )
}

function useFinding(data: Purchases | undefined): string {
  const say = useSay(text)
  const locale = useLocale()
  if (!data) return ''
  const { rhythm, silent_days, order_count } = data
  if (order_count === 0) return say('finds_back')
  const gaps = gapsOf(data.orders)
  if (!rhythm) return say('finds_few', { n: order_count, days: gaps.length + 1 })
  const longest = gaps.reduce((most, gap) => Math.max(most, gap.days), 0)
  const odd = longest > 2 * rhythm.p75_days && longest > 7
  return [
    say('finds_rhythm', { n: daysOf(rhythm.median_days, locale) }),
    ...(odd ? [say('finds_gap', { n: longest })] : []),
    isLate(data) ? say('finds_late', { n: silent_days }) : say('finds_ok'),
  ].join(say('clause'))
}
