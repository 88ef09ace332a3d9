import { KeyValues, type PlainColumn, PlainTable } from '../../../../apps/web/ui/index.ts'
import { useSay } from '../../../orders/web/say.ts'
import type { ModelPage } from '../../contract.model.ts'
import { useFormats } from '../format.ts'
import { text } from '../model.text.ts'
import { modelName } from '../modelName.ts'
import { useModelWords } from '../modelWords.ts'

type Param = ModelPage['standard_errors'][number]

/** Parameters with their standard errors, and what they were taken from. */
export function Inside({ data }: { data: ModelPage }) {
  const say = useSay(text)
  const as = useFormats()
  const told = useModelWords()
  const { data: counts, spend_model: spend, drift } = data
  return (
    <div className="vgrid">
      <section className="vcard w6">
        <h2>{data.model ? say('params', { model: modelName(data.model) }) : say('verdict_few')}</h2>
        <div className="vsub">
          <span>
            {say('units', { clock: say(`clock.${data.clock}`) })}
            {data.log_likelihood !== null && ` · ${say('ll')} ${as.number(data.log_likelihood, 2)}`}
          </span>
        </div>
        {data.standard_errors.length > 0 && <Params rows={data.standard_errors} />}
      </section>
      <section className="vcard w6">
        <h2>{say('spend_params')}</h2>
        <div className="vsub">
          <span>
            {say(`spend.${spend.kind}`, { n: spend.customers })}
            {spend.log_likelihood !== null && ` · ${say('ll')} ${as.number(spend.log_likelihood, 2)}`}
          </span>
        </div>
        {spend.standard_errors.length > 0 && <Params rows={spend.standard_errors} />}
      </section>
      <section className="vcard w6">
        <h2>{say('data')}</h2>
        <KeyValues
          items={[
            [
              say('business'),
              <span key="b">
                {say(`business.${data.business}`)}{' '}
                <span className="mut s12">
                  {data.contract_model
                    ? say('business_contracts', { model: modelName(data.contract_model) })
                    : say('business_why')}
                </span>
              </span>,
            ],
            [
              say('period'),
              counts.first_day && counts.last_day
                ? say('span', { from: counts.first_day, to: counts.last_day, n: counts.span_days })
                : null,
            ],
            [say('customers'), as.count(counts.customers)],
            [say('repeaters'), as.count(counts.repeaters)],
            [say('purchases'), as.count(counts.purchases)],
            [say('orders'), as.count(counts.orders)],
            [say('returns'), as.count(counts.returns)],
            [say('empty'), as.count(counts.empty)],
            [say('unrated'), as.count(counts.unrated)],
            [say('anonymous'), as.count(counts.anonymous)],
          ]}
        />
      </section>
      <section className="vcard w6">
        <h2>{say('notes')}</h2>
        {drift && (
          <p className="s13 sec vline">
            {say('drift')}:{' '}
            {say('drift_text', {
              predicted: Math.round(drift.predicted),
              actual: drift.actual,
              error: as.signedShare(drift.error),
              limit: as.share(drift.limit),
            })}
          </p>
        )}
        <ul className="vnotes">
          {[...data.notes, ...spend.warnings].map(({ code, detail }) => (
            <li key={code + detail} className="s12 sec">
              {told(code)} {/-?\d[\d.e-]*/.exec(detail)?.[0]}
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}

function Params({ rows }: { rows: readonly Param[] }) {
  const say = useSay(text)
  const as = useFormats()
  const columns: PlainColumn<Param>[] = [
    { key: 'name', title: say('param'), cell: (one) => <code>{one.name}</code> },
    { key: 'value', title: say('estimate'), align: 'end', cell: (one) => as.number(one.value, 6) },
    { key: 'se', title: say('se'), align: 'end', cell: (one) => as.number(one.standard_error, 6) },
    {
      key: 'relative',
      title: say('relative'),
      align: 'end',
      cell: (one) =>
        one.standard_error === null || one.value === 0
          ? '—'
          : `± ${as.share(Math.abs(one.standard_error / one.value), 1)}`,
    },
  ]
  return <PlainTable label={say('param')} columns={columns} rows={rows} keyOf={(one) => one.name} compact />
}
