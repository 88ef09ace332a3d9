import { useQuery } from '@tanstack/react-query'
import Modal from 'antd/es/modal'
import type { ReactNode } from 'react'
import {
  Fault,
  Go,
  KeyValues,
  Peek,
  Section,
  Tag,
  useKeys,
  useNarrow,
  useText,
} from '../../../../apps/web/ui/index.ts'
import { useSay } from '../../../orders/web/say.ts'
import type { PartyPartProps } from '../../../parties/web/part.ts'
import type { CustomerValue } from '../../contract.customer.ts'
import { figureText } from '../../text.figures.ts'
import { text as served } from '../../text.ts'
import { useFormats } from '../format.ts'
import { modelName } from '../modelName.ts'
import { text } from '../party.text.ts'
import { valueApi } from '../valueApi.ts'
import { Needs } from './Needs.tsx'
import { Subscriptions } from './Subscriptions.tsx'
import '../value.css'

export const isEvidence = (what: string): boolean => what === 'value'

/** Why this number: the formula in words, the facts and assumptions in it; then need, share, subscriptions. */
export function ValueEvidence({ party, see }: PartyPartProps & { what: string }) {
  const say = useSay(text)
  const { data, error, refetch } = useQuery(valueApi.ofParty.query({ params: { id: party.id } }))
  const close = () => see(undefined)
  return (
    <Beside title={say('title')} onClose={close}>
      {error && !data && <Fault error={error} onRetry={refetch} />}
      {data && (
        <>
          <Why data={data} />
          <Potential data={data} />
        </>
      )}
      <Needs party={party} />
      <Subscriptions party={party} />
    </Beside>
  )
}

type BesideProps = { title: string; onClose: () => void; children: ReactNode }
function Beside({ title, onClose, children }: BesideProps) {
  const narrow = useNarrow()
  // The peek's foot promises it.
  useKeys([{ keys: 'Space', run: onClose }], !narrow)
  if (!narrow)
    return (
      <Peek title={title} onClose={onClose}>
        {children}
      </Peek>
    )
  return (
    <Modal open title={title} footer={null} onCancel={onClose}>
      {children}
    </Modal>
  )
}

function Why({ data }: { data: CustomerValue }) {
  const say = useSay(text)
  const as = useFormats()
  const define = useText(figureText)
  const { figures, assumptions, currency } = data
  if (!figures) return <p className="s13 mut vline">{say('why_none')}</p>
  return (
    <>
      <Section title={say('why')}>
        <p className="s13" data-figure="why">
          {figures.value_minor === null
            ? say('why_few')
            : say('why_text', {
                months: assumptions.horizon_months,
                spend: as.money(data.expected_spend_minor, currency),
                margin: data.margin === null ? say('withheld') : as.share(data.margin, 1),
                returns: as.share(assumptions.return_share, 1),
                discount: as.share(assumptions.discount_rate, 1),
                service: as.money(data.cost_of_service_minor ?? 0, currency),
                value: as.money(figures.value_minor, currency),
              })}
        </p>
        <p className="s12 mut vline">{define('define.value')}</p>
      </Section>
      <Expects data={data} figures={figures} />
      <Inputs data={data} />
    </>
  )
}
const known = { mbgNbd: 1, mbgCnbdK: 1, paretoNbd: 1, bgNbd: 1, bgBb: 1 }

function Potential({ data }: { data: CustomerValue }) {
  const say = useSay(text)
  const as = useFormats()
  const word = useText(served)
  const { currency, figures } = data
  return (
    <Section title={say('more')}>
      <KeyValues
        items={[
          [say('present'), as.money(data.present_minor, currency)],
          [
            say('potential'),
            data.potential_minor === null ? null : (
              <span key="p">
                {as.money(data.potential_minor, currency)}{' '}
                <span className="mut s12">
                  {data.potential_basis && say(`potential.${data.potential_basis}`)}
                </span>
              </span>
            ),
          ],
          [say('at_risk'), as.money(figures?.at_risk_minor ?? null, currency)],
          [
            say('class'),
            figures && (
              <span key="c">
                {word(`class.${figures.class}`)} {figures.abc && say('abc', { abc: figures.abc })}{' '}
                {figures.core && <Tag tone="brand">{say('core')}</Tag>}{' '}
                {data.rank !== null && <span className="mut s12">{say('rank', { n: data.rank })}</span>}
              </span>
            ),
          ],
          [say('segment'), figures?.rfm && word(`rfm.${figures.rfm.segment}`)],
          [
            say('subscriptions_value'),
            data.subscriptions_minor === null ? null : as.money(data.subscriptions_minor, currency),
          ],
          [say('service'), as.money(data.cost_of_service_minor, currency)],
          [say('spend'), as.money(data.spend_minor, currency)],
        ]}
      />
    </Section>
  )
}

type ExpectsProps = { data: CustomerValue; figures: NonNullable<CustomerValue['figures']> }
function Expects({ data, figures }: ExpectsProps) {
  const say = useSay(text)
  const as = useFormats()
  const word = useText(served)
  const { currency } = data
  return (
    <Section title={say('expects')}>
      <KeyValues
        items={[
          [
            say('in_year'),
            data.expected_purchases &&
              say('in_year_value', {
                n: as.number(data.expected_purchases.in_12_months, 1),
                lower: data.expected_purchases.lower,
                upper: data.expected_purchases.upper,
              }),
          ],
          [say('each'), as.money(data.expected_spend_minor, currency)],
          [
            say('next'),
            data.next_order && (
              <span key="n">
                {as.day(data.next_order.on)}{' '}
                <span className="mut s12">
                  {say('next_range', {
                    from: as.day(data.next_order.from),
                    to: as.day(data.next_order.to),
                  })}
                </span>
              </span>
            ),
          ],
          [
            say('p_alive'),
            figures.p_alive === null ? (
              <span key="p" className="s12 sec">
                {figures.p_alive_why ? word(`unknown.${figures.p_alive_why}`) : say('not_said')}
              </span>
            ) : (
              as.number(figures.p_alive, 3)
            ),
          ],
          [
            say('margin'),
            data.margin === null
              ? say('withheld')
              : `${as.share(data.margin, 1)} ${data.margin_basis ? say(`basis.${data.margin_basis}`) : ''}`,
          ],
        ]}
      />
    </Section>
  )
}

function Inputs({ data: { facts, assumptions, currency, model } }: { data: CustomerValue }) {
  const say = useSay(text)
  const as = useFormats()
  const time = (n: number) => say(`unit.${assumptions.clock}`, { n: Math.round(n * 10) / 10 })
  return (
    <Section title={say('inputs')}>
      <KeyValues
        items={[
          [say('repeats'), as.count(facts.x)],
          [say('first_last'), time(facts.t_x)],
          [say('observed'), time(facts.T)],
          [say('mean_spend'), as.money(facts.mean_spend_minor, currency)],
          [say('returns'), as.money(facts.returns_minor, currency)],
          [say('model'), model && (model in known ? modelName(model as 'bgNbd') : model)],
        ]}
      />
      <p className="s12 vline">
        <Go to="/value/model" className="lnk">
          {say('model_link')}
        </Go>
      </p>
    </Section>
  )
}
