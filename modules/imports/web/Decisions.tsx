import { Count, useCan, useCompany } from '../../../apps/web/ui/index.ts'
import { CountIn } from '../../orders/web/CountIn.tsx'
import { RateForm } from '../../orders/web/RateForm.tsx'
import { useSay } from '../../orders/web/say.ts'
import { text as orders } from '../../orders/web/text.ts'
import type { Import, Notice, Report } from '../contract.ts'
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
type DecisionsProps = { of: Seen | Report; onChange?: () => void; onDone?: () => void }
export function Decisions({ of: { notices }, ...props }: DecisionsProps) {
  const say = useSay(text)
  const can = useCan()
  const { base_currency } = useCompany()
  const isSolved = ({ code, currencies }: Notice) =>
    code === 'no_rate' && currencies?.every(({ currency }) => currency === base_currency)
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
        {/* what is worth a look comes first */}
        {notices
          .toSorted((a, b) => Number(b.warning) - Number(a.warning))
          .map((notice) => (
            <li key={`${notice.code} ${notice.of}`}>
              <span className={notice.warning ? (isSolved(notice) ? 'mut' : 'warnc') : ''}>
                {notice.message}
              </span>
              <span className="n">{say(units[notice.of], { n: notice.count })}</span>
              <WaysOut notice={notice} onDone={props.onDone} />
            </li>
          ))}
      </ul>
    </section>
  )
}

type WaysOutProps = { notice: Notice; onDone: (() => void) | undefined }
/** Before it runs (`onDone`) a guess may still be kept; a missing rate may be mended at any time. */
function WaysOut({ notice, onDone }: WaysOutProps) {
  const say = useSay(orders)
  const { base_currency } = useCompany()
  if (notice.code === 'base_adopted' && notice.was && onDone)
    return (
      <div className="m">
        <CountIn currency={notice.was} onDone={onDone} />
      </div>
    )
  if (notice.code !== 'no_rate') return null
  return (
    <div className="m">
      {notice.currencies?.map(({ currency, first_day }) =>
        currency === base_currency ? (
          <p key={currency} className="okc s12">
            {say('base_solved', { currency })}
          </p>
        ) : (
          <div key={currency}>
            <CountIn currency={currency} onDone={onDone} />
            <RateForm currency={currency} from={first_day} onDone={onDone} />
          </div>
        ),
      )}
    </div>
  )
}
