import { useState } from 'react'
import { Icon, Money, useJoin, useNarrow } from '../../../apps/web/ui/index.ts'
import type { TimelineEntry } from '../../parties/contract.ts'
import type { PartyPartProps } from '../../parties/web/part.ts'
import type { OrderEntry } from '../contract.ts'
import { LinesOf } from './Lines.tsx'
import { useSay } from './say.ts'
import { text } from './text.ts'
import './orders.css'

/** The timeline's row of an order. Its lines unfold in place; its number opens the whole of it. */
export function OrderRow({ entry, see }: { entry: TimelineEntry } & Pick<PartyPartProps, 'see'>) {
  const say = useSay(text)
  const join = useJoin()
  const narrow = useNarrow()
  const [open, setOpen] = useState(false)
  const data = entry.data as OrderEntry
  const lines = say('lines', { n: data.line_count })
  return (
    <>
      <div className="grow orow">
        <button
          type="button"
          className={open ? 'fold on' : 'fold'}
          aria-expanded={open}
          aria-label={say(open ? 'hide_lines' : 'show_lines', { number: data.number })}
          onClick={() => setOpen(!open)}
        >
          <Icon name="right" />
        </button>
        <span>
          {say(`order.${data.kind}`)}{' '}
          <button type="button" className="ev" onClick={() => see(`order-${entry.id}`)}>
            #{data.number}
          </button>
          <span className="sec">
            {join(['', lines, ...[data.channel, data.store].filter(Boolean)]).replace(/^、/, '，')}
          </span>
        </span>
      </div>
      <span className={data.amount_minor < 0 ? 'a loss' : 'a'}>
        <Money minor={data.amount_minor} currency={data.currency} />
      </span>
      {open && (
        <div className="wide">
          <LinesOf id={entry.id} number={data.number} brief={narrow} />
        </div>
      )}
    </>
  )
}
