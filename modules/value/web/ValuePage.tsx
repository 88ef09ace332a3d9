import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import {
  Empty,
  FilterSentence,
  Go,
  Icon,
  Page,
  problemOf,
  type Search,
  useCan,
  useGo,
  useNarrow,
  useSearch,
} from '../../../apps/web/ui/index.ts'
import { useSay } from '../../orders/web/say.ts'
import type { Overview } from '../contract.shapes.ts'
import { Alerts } from './Alerts.tsx'
import { CardBones } from './chart/Card.tsx'
import { Looking } from './chart/Plot.tsx'
import { DayChoice } from './DayChoice.tsx'
import { filterOf, isDay, lookingKeys, lookingOf, useLookingFields } from './filter.ts'
import { useFormats } from './format.ts'
import { Few, Warnings } from './Notices.tsx'
import { Bridge } from './pictures/Bridge.tsx'
import { kept } from './pictures/common.ts'
import { Equity } from './pictures/Equity.tsx'
import { Scroll } from './Scroll.tsx'
import { text } from './text.ts'
import { useFreshValue } from './useFreshValue.ts'
import { valueApi } from './valueApi.ts'
import './value.css'

const Pictures = lazy(() => import('./Pictures.tsx'))
// contracts need no orders: a company of subscriptions sees who renews
const Renewals = lazy(async () => ({ default: (await import('./model/Renewals.tsx')).Renewals }))

export function ValuePage() {
  const say = useSay(text)
  const can = useCan()
  const [search, setSearch] = useSearch()
  useFreshValue()
  const filter = filterOf(search)
  const compare = isDay(search.compare) ? { compare: search.compare } : {}
  const enabled = can('value:read')
  const { data, error, refetch } = useQuery({
    ...valueApi.overview.query({ query: { ...filter, ...compare } }),
    ...kept,
    enabled,
  })
  const nothing = problemOf(error)?.code === 'value.no_figures'
  const seeAlerts = search.see === 'alerts'
  return (
    <Looking value={lookingOf(search)}>
      <Page
        title={say('title')}
        may="value:read"
        note={data && !nothing && <Note data={data} />}
        actions={<Actions />}
        head={!nothing && <Head search={search} setSearch={setSearch} data={data} />}
        error={nothing || data ? undefined : error}
        onRetry={refetch}
        peek={seeAlerts && <Alerts onClose={() => setSearch({ see: undefined })} />}
      >
        {nothing || (data && unvalued(data, search)) ? (
          <>
            <Nothing />
            <Suspense>
              <div className="vgrid">
                <Renewals />
              </div>
            </Suspense>
          </>
        ) : (
          <Scroll className="vscroll" label={say('title')}>
            {data ? (
              <Body data={data} filter={filter} setSearch={setSearch} />
            ) : (
              <div className="vgrid">
                <CardBones span={3} height={250} />
                <CardBones span={9} height={250} />
                <CardBones span={8} height={340} />
                <CardBones span={4} height={340} />
              </div>
            )}
          </Scroll>
        )}
      </Page>
    </Looking>
  )
}

/** Computed, and nobody to value: neither a filter nor a loosened one would show a figure. */
const unvalued = ({ customers }: Overview, search: Search): boolean =>
  customers === 0 && lookingKeys.every((key) => search[key] === undefined)

type BodyProps = {
  data: Overview
  filter: ReturnType<typeof filterOf>
  setSearch: (patch: Search) => void
}
function Body({ data, filter, setSearch }: BodyProps) {
  const say = useSay(text)
  if (data.customers === 0)
    return (
      <Empty
        title={say('none_seen')}
        text={say('none_seen_text')}
        action={
          <Button onClick={() => setSearch(Object.fromEntries(lookingKeys.map((key) => [key, undefined])))}>
            {say('clear')}
          </Button>
        }
      />
    )
  return (
    <>
      <AlertsLine onSee={() => setSearch({ see: 'alerts' })} />
      <EarlierDays />
      <Warnings codes={data.warnings} />
      <div className="vgrid">
        {data.too_few ? (
          <Few data={data} />
        ) : (
          <>
            <Equity data={data} />
            <Bridge data={data} />
          </>
        )}
        <Suspense fallback={<CardBones span={12} height={400} />}>
          {data.of_contracts && <Renewals />}
          <Pictures filter={filter} too_few={data.too_few} of_contracts={data.of_contracts} />
        </Suspense>
      </div>
    </>
  )
}

function Note({ data }: { data: Overview }) {
  const say = useSay(text)
  const { first_day, last_day } = data.data
  if (!first_day || !last_day) return null
  return (
    <>
      {say(data.of_contracts ? 'note_contracts' : 'note', {
        n: data.customers,
        from: first_day,
        to: last_day,
      })}
      {data.stale && <span className="hm"> · {say('stale', { day: data.as_of })}</span>}
    </>
  )
}

function Actions() {
  const say = useSay(text)
  const go = useGo()
  const narrow = useNarrow()
  const can = useCan()
  const [search] = useSearch()
  const looking = lookingOf(search)
  return (
    <>
      {can('spend:read') && !narrow && (
        <Button type="text" size="small" onClick={() => go('/value/spend')}>
          {say('spend_page')}
        </Button>
      )}
      <Button type="text" size="small" icon={<Icon name="info" />} onClick={() => go('/value/model')}>
        {say('model_page')}
      </Button>
      {!narrow && (
        <Button size="small" onClick={() => go('/value/customers', looking)}>
          {say('customers_page')}
        </Button>
      )}
    </>
  )
}

type HeadProps = { search: Search; setSearch: (patch: Search) => void; data: Overview | undefined }
function Head({ search, setSearch, data }: HeadProps) {
  const say = useSay(text)
  const as = useFormats()
  const fields = useLookingFields()
  const assumed = data?.assumptions
  return (
    <FilterSentence
      fields={fields}
      value={search}
      onChange={(key, value) => setSearch({ [key]: value })}
      before={<DayChoice search={search} setSearch={setSearch} data={data} />}
      after={
        assumed && (
          <span className="mut s12 hm">
            {say(assumed.withheld ? 'assumed_short' : 'assumed', {
              rate: as.share(assumed.discount_rate, 1),
              months: assumed.horizon_months,
              margin: as.share(assumed.margin_effective, 1),
            })}
            {(assumed.cost_known ?? 0) > 0 && say('assumed_costs', { known: as.share(assumed.cost_known) })}{' '}
            <Go to="/value/model" search={{ tab: 'assumptions' }} className="lnk">
              {say('change_assumed')}
            </Go>
          </span>
        )
      }
    />
  )
}

function AlertsLine({ onSee }: { onSee: () => void }) {
  const say = useSay(text)
  const { data } = useQuery(valueApi.state.query())
  if (!data || data.alerts_open === 0) return null
  return (
    <p className="vnotice late">
      <span className="vdot" />
      <span>{say('alerts', { n: data.alerts_open })}</span>
      <button type="button" className="lnk" onClick={onSee}>
        {say('alerts_see')}
      </button>
    </p>
  )
}

/** Today is shown as soon as it is stored; what it is compared with may still be under way. */
function EarlierDays() {
  const say = useSay(text)
  const { data } = useQuery({
    ...valueApi.state.query(),
    refetchInterval: ({ state }) => ((state.data?.earlier_missing ?? 0) > 0 ? 3000 : false),
  })
  const queries = useQueryClient()
  const left = data?.earlier_missing ?? 0
  const before = useRef(left)
  useEffect(() => {
    // each day that is done gives the bridge, the trend and the choice of days more to show
    if (left < before.current) void queries.invalidateQueries({ queryKey: valueApi.overview.key })
    before.current = left
  }, [left, queries])
  if (left === 0) return null
  return (
    <p className="vnotice" role="status">
      <Icon name="info" />
      <span>{say('earlier_days', { n: left })}</span>
    </p>
  )
}

function Nothing() {
  const say = useSay(text)
  const can = useCan()
  const go = useGo()
  const [asked, setAsked] = useState(false)
  const run = useMutation({ mutationFn: () => valueApi.run({ body: {} }), onSuccess: () => setAsked(true) })
  const state = useQuery({ ...valueApi.state.query(), refetchInterval: asked ? 1500 : false })
  const queries = useQueryClient()
  const has = state.data?.as_of
  if (has && asked) void queries.invalidateQueries({ queryKey: valueApi.overview.key })
  return (
    <Empty
      title={say('none_title')}
      text={say('none_text')}
      action={
        <>
          {can('imports:write') && <Button onClick={() => go('/import')}>{say('none_import')}</Button>}
          {can('value:write') && (
            <Button type="primary" loading={run.isPending || asked} onClick={() => run.mutate()}>
              {say(asked ? 'computing' : 'none_compute')}
            </Button>
          )}
        </>
      }
    />
  )
}
