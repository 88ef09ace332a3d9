import { Count, useCan, useCompany } from '../../../apps/web/ui/index.ts'
import { RateForm } from '../../orders/web/RateForm.tsx'
import { useSay } from '../../orders/web/say.ts'
import type { Import, Report } from '../contract.ts'
import { text } from './text.ts'

type Seen = NonNullable<Import['preview']>

/** Why lines are turned back, the most frequent reason first. */
export function RejectReasons({ preview, onPick }: { preview: Seen; onPick: () => void }) {
  const say = useSay(text)
  const { lines, reasons } = preview
  return (
    <section className="blk">
      <h3>
        {lines.rejected > 0 ? say('rejects_title', { n: lines.rejected }) : say('no_rejects')}
        {lines.rejected > 0 && <span className="r">{say('mendable')}</span>}
      </h3>
      <ul className="rl">
        {reasons.map((reason) => (
          <li key={reason.code}>
            <span>
              {reason.message}
              {reason.value && (
                <span className="mut"> {say('stood_there', { value: cut(reason.value) })}</span>
              )}
            </span>
            <button type="button" className="ev n" onClick={onPick}>
              <Count value={reason.lines} />
            </button>
            <span className="m">
              {say('from_line', { n: reason.first_line })}
              {reason.advice && ` · ${reason.advice}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

const cut = (value: string) => (value.length > 24 ? `${value.slice(0, 23)}…` : value)

const units = {
  lines: 'of_lines',
  orders: 'of_orders',
  parties: 'of_parties',
  products: 'of_products',
} as const

/** What was decided for odd lines; none of them is lost. */
type DecisionsProps = { of: Seen | Report; onChange?: () => void }
export function Decisions({ of: { notices, sums }, ...props }: DecisionsProps) {
  const say = useSay(text)
  const { base_currency } = useCompany()
  const foreign = sums.by_currency.map((one) => one.currency).filter((one) => one !== base_currency)
  const can = useCan()
  return (
    <section className="blk">
      <h3>
        {say('decisions')}
        {props.onChange && can('imports:write') && (
          <button type="button" className="r lnk" onClick={props.onChange}>
            {say('change_rules')}
          </button>
        )}
      </h3>
      {notices.length === 0 && <p className="mut s13">{say('no_decisions')}</p>}
      <ul className="rl">
        {notices.map((notice) => (
          <li key={`${notice.code} ${notice.of}`}>
            <span className={notice.warning ? 'warnc' : ''}>{notice.message}</span>
            <span className="n">{say(units[notice.of], { n: notice.count })}</span>
            {notice.code === 'no_rate' && (
              <div className="m">
                {foreign.map((currency) => (
                  <RateForm key={currency} currency={currency} />
                ))}
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
