import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import {
  Count,
  Empty,
  Go,
  Icon,
  Page,
  PlainTable,
  problemOf,
  Tabs,
  Tag,
  useCan,
  useCompany,
  useSearch,
  useToast,
  When,
} from '../../../apps/web/ui/index.ts'
import { useRun } from '../../jobs/web/run.ts'
import { useSay } from '../../orders/web/say.ts'
import type { ModelPage as ModelData } from '../contract.model.ts'
import { CardBones } from './chart/Card.tsx'
import { useFormats } from './format.ts'
import { AssumptionsForm } from './model/AssumptionsForm.tsx'
import { Candidates } from './model/Candidates.tsx'
import { Deciles } from './model/Deciles.tsx'
import { Inside } from './model/Inside.tsx'
import { Renewals } from './model/Renewals.tsx'
import { Tracking } from './model/Tracking.tsx'
import { text } from './model.text.ts'
import { modelName } from './modelName.ts'
import { useModelWords } from './modelWords.ts'
import { Scroll } from './Scroll.tsx'
import { useFreshValue } from './useFreshValue.ts'
import { valueApi } from './valueApi.ts'
import './value.css'

const parts = ['how', 'inside', 'assumptions', 'history'] as const

/** Written for a sceptic: what was assumed, how it did on what it had not seen, where not to believe it. */
export function ModelPage() {
  const say = useSay(text)
  const can = useCan()
  const [search, setSearch] = useSearch()
  useFreshValue()
  const { data, error, refetch } = useQuery({ ...valueApi.model.query(), enabled: can('value:read') })
  const tab = parts.find((one) => one === search.tab) ?? 'how'
  const nothing = problemOf(error)?.code === 'value.no_figures'
  return (
    <Page
      title={say('title')}
      may="value:read"
      trail={
        <Go to="/value" className="lnk">
          {say('back')}
        </Go>
      }
      note={
        data?.fitted_at && (
          <span title={data.fitted_because ? say(`fitted.${data.fitted_because}`) : ''}>
            {say('note', {
              day: data.fitted_at.slice(0, 10),
              customers: data.data.customers,
              purchases: data.data.purchases,
            })}
          </span>
        )
      }
      actions={can('value:write') && <Refit />}
      head={
        <Tabs
          label={say('tabs')}
          items={parts.map((key) => ({ key, label: say(`tab_${key}`) }))}
          value={tab}
          onChange={(key) => setSearch({ tab: key === 'how' ? undefined : key })}
        />
      }
      error={nothing || data ? undefined : error}
      onRetry={refetch}
    >
      <Scroll className="vscroll vtop" label={say('title')}>
        {tab === 'assumptions' ? (
          <AssumptionsForm />
        ) : tab === 'history' ? (
          <Snapshots />
        ) : nothing ? (
          <Empty title={say('none_title')} text={say('none_text')} />
        ) : !data ? (
          <div className="vgrid">
            <CardBones span={8} height={300} />
            <CardBones span={4} height={300} />
          </div>
        ) : tab === 'inside' ? (
          <Inside data={data} />
        ) : (
          <How data={data} />
        )}
      </Scroll>
    </Page>
  )
}

function How({ data }: { data: ModelData }) {
  const say = useSay(text)
  const told = useModelWords()
  const as = useFormats()
  const { needs, data: has, assumptions } = data
  const because = data.chosen_because
  return (
    <div className="vgrid">
      <section className="vcard w12">
        <h2>
          {data.too_few && data.contract_model
            ? say('verdict_contracts', { model: modelName(data.contract_model) })
            : data.too_few || !data.model
              ? say('verdict_few')
              : say('verdict', {
                  model: modelName(data.model),
                  because: because ? told(`because.${because}`) : '—',
                })}
        </h2>
        {data.too_few && !data.contract_model && (
          <p className="s13 sec vline">
            {say('verdict_few_text', {
              customers: needs.customers,
              repeaters: needs.repeaters,
              days: needs.span_days,
              has_customers: has.customers,
              has_repeaters: has.repeaters,
              has_days: has.span_days,
            })}
          </p>
        )}
        <p className="s12 mut vline">
          {say('effective', {
            margin: as.share(assumptions.margin_effective, 1),
            known: as.share(assumptions.cost_known),
            returns: as.share(assumptions.return_share, 1),
          })}
        </p>
        <Doubts data={data} />
      </section>
      {!data.too_few && (
        <>
          <Tracking data={data} />
          <Deciles data={data} />
          <Candidates data={data} />
        </>
      )}
      <Renewals />
    </div>
  )
}

/** Warnings in plain words; the library's own sentence, with its figures, beside them. */
function Doubts({ data }: { data: ModelData }) {
  const say = useSay(text)
  const as = useFormats()
  const told = useModelWords()
  const bias = data.candidates.find((one) => one.chosen)?.holdout?.bias ?? 0
  const off = Math.abs(bias) >= MUCH
  const all = doubtsOf([...data.warnings, ...data.spend_model.warnings])
  return (
    <>
      <h3 className="s12 mut vline">{say('believe')}</h3>
      {all.length === 0 && !off && <p className="s13">{say('believe_none')}</p>}
      <ul className="vdoubts">
        {off && (
          <li>
            <Icon name="warning" />
            <span>{say(bias < 0 ? 'doubt_few' : 'doubt_many', { share: as.share(Math.abs(bias), 1) })}</span>
          </li>
        )}
        {all.map(({ code, params, details }) => (
          <li key={code} title={details.length > 0 ? `${say('said_by')}: ${details.join('; ')}` : undefined}>
            <Icon name="warning" />
            <span>
              {told(code)} {params.length > 0 && <code>{params.join(', ')}</code>}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

// A total this far off on the hold-out is said in words, not in a table only.
const MUCH = 0.1
// What the library adds for information, not as a warning.
const notes = ['correlation', 'dropout_mean']

/** One line a code, with the parameters that it is about. */
function doubtsOf(all: ModelData['warnings']) {
  const codes = [...new Set(all.map(({ code }) => code))].filter((code) => !notes.includes(code))
  return codes.map((code) => {
    const details = all.filter((one) => one.code === code && one.detail).map(({ detail }) => detail)
    const params = ['weak', 'flat', 'boundary'].includes(code)
      ? details.flatMap((detail) => /^(?:the data do not determine )?(\w+)/.exec(detail)?.[1] ?? [])
      : []
    return { code, params, details }
  })
}

function Refit() {
  const say = useSay(text)
  const toast = useToast()
  const queries = useQueryClient()
  const run = useMutation({
    mutationFn: () => valueApi.run({ body: { kind: 'fit' } }),
    onError: (error) => toast.error(problemOf(error)?.detail ?? String(error)),
  })
  const now = useRun(run.data?.run_id ?? null, () => {
    void queries.invalidateQueries({ queryKey: ['value'] })
    run.reset()
  })
  const busy = run.isPending || run.isSuccess
  return (
    <Button size="small" loading={busy} onClick={() => run.mutate()}>
      {now ? say('running_plain') : say('refit')}
    </Button>
  )
}

function Snapshots() {
  const say = useSay(text)
  const as = useFormats()
  const { base_currency } = useCompany()
  const { data } = useQuery(valueApi.state.query())
  if (!data) return <div aria-busy="true" className="vgrid" />
  return (
    <div className="vgrid">
      <Scroll className="vcard w12 vlist wide" label={say('tab_history')}>
        <PlainTable
          label={say('tab_history')}
          columns={[
            {
              key: 'day',
              title: say('day'),
              width: 200,
              cell: (one) => (
                <span className="row">
                  <Go to="/value" search={{ as_of: one.as_of }} className="lnk">
                    {one.as_of}
                  </Go>
                  {one.current && <Tag tone="brand">{say('latest')}</Tag>}
                  {one.backfilled && <Tag>{say('backfilled')}</Tag>}
                </span>
              ),
            },
            {
              key: 'equity',
              title: say('equity'),
              align: 'end',
              cell: (one) => as.money(one.equity_minor, base_currency),
            },
            {
              key: 'interval',
              title: say('interval'),
              align: 'end',
              cell: (one) =>
                one.lower_minor === null
                  ? '—'
                  : `${as.brief(one.lower_minor, base_currency)} – ${as.brief(one.upper_minor, base_currency)}`,
            },
            {
              key: 'n',
              title: say('customers'),
              align: 'end',
              cell: (one) => <Count value={one.customers} />,
            },
            {
              key: 'at',
              title: say('computed'),
              align: 'end',
              cell: (one) => <When at={one.computed_at} time />,
            },
            { key: 's', title: say('took'), align: 'end', cell: (one) => as.number(one.seconds, 1) },
          ]}
          rows={data.snapshots}
          keyOf={(one) => one.snapshot_id}
          compact
        />
      </Scroll>
    </div>
  )
}
