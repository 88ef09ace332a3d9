import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { type ReactNode, useEffect, useState } from 'react'
import {
  Count,
  Empty,
  Fault,
  Go,
  Kbd,
  Page,
  problemOf,
  Tabs,
  useKeys,
  useSearch,
  useText,
  useToast,
  When,
  Withheld,
} from '../../../apps/web/ui/index.ts'
import type { MergePreview, Pair } from '../contract.ts'
import { type Band, bands, type Decision } from '../rules.shapes.ts'
import { bandText } from '../text.reasons.ts'
import { identityApi } from './identityApi.ts'
import MergeDialog, { Shown } from './MergeDialog.tsx'
import { BandTag, Reasons } from './Reasons.tsx'
import { RecentMerges } from './RecentMerges.tsx'
import { text } from './text.ts'
import './identity.css'

const keyOf = ({ a, b }: Pair) => `${a.id}-${b.id}`
const ASK_MS = 3000

/** Pairs that wait for a person: the list at the left, the two side by side at the right, and three keys. */
export function DuplicatesPage() {
  const say = useText(text)
  const word = useText(bandText)
  const [search, setSearch] = useSearch()
  const band = bands.find((one) => one === search['band'])
  const later = search['band'] === 'later'
  const merged = search['band'] === 'merged'
  const mine = search['owner'] === 'me'
  const query = {
    ...(later ? { state: 'later' as const } : band ? { band } : {}),
    ...(mine ? { owner: 'me' as const } : {}),
  }
  const list = useInfiniteQuery(identityApi.pairs.pages({ query }))
  const state = useQuery({
    ...identityApi.state.query(),
    refetchInterval: ({ state }) => (state.data?.running ? ASK_MS : false),
  })
  // What a scan finds is shown as it finds it.
  const found = `${state.data?.scanned_at} ${state.data?.done}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the scan has come further
  useEffect(() => void list.refetch(), [found])
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const at = Math.max(
    0,
    items.findIndex((pair) => keyOf(pair) === search['pair']),
  )
  const shown = items[at]
  const show = (i: number) => items[i] && setSearch({ pair: keyOf(items[i]) })
  const open = state.data?.open
  const tabs = [
    { key: 'all', label: say('all_bands'), count: open && open.certain + open.likely + open.possible },
    ...bands.map((one: Band) => ({ key: one, label: word(one), count: open?.[one] })),
    { key: 'later', label: say('later'), count: open?.later },
    { key: 'merged', label: say('merged_lately') },
  ]
  return (
    <Page
      title={say('title')}
      may="parties:merge"
      note={say('lead')}
      actions={<Scan state={state.data} />}
      head={
        <div className="idhead">
          <Tabs
            label={say('title')}
            items={tabs}
            value={merged ? 'merged' : later ? 'later' : (band ?? 'all')}
            onChange={(key) => setSearch({ band: key === 'all' ? undefined : key, pair: undefined })}
          />
          {!merged && (
            <label className="idmine s13">
              <input
                type="checkbox"
                checked={mine}
                onChange={() => setSearch({ owner: mine ? undefined : 'me', pair: undefined })}
              />
              {say('mine')}
            </label>
          )}
        </div>
      }
      error={list.error && items.length === 0 ? list.error : undefined}
      onRetry={list.refetch}
    >
      {merged ? (
        <RecentMerges />
      ) : items.length === 0 && !list.isPending ? (
        <Empty title={say('empty_title')} text={say('empty_text')} />
      ) : (
        <div className="idpage">
          <ul className="idlist" aria-label={say('list')}>
            {items.map((pair, i) => (
              <li key={keyOf(pair)}>
                <button
                  type="button"
                  className={i === at ? 'on' : ''}
                  aria-current={i === at}
                  onClick={() => show(i)}
                >
                  <span className="n">
                    <span className="cut">{pair.a.name}</span>
                    <span className="cut">{pair.b.name}</span>
                  </span>
                  <BandTag band={pair.band} />
                </button>
              </li>
            ))}
            {list.hasNextPage && (
              <li>
                <Button
                  type="link"
                  loading={list.isFetchingNextPage}
                  onClick={() => void list.fetchNextPage()}
                >
                  {say('more')}
                </Button>
              </li>
            )}
          </ul>
          {shown && (
            <PairView
              key={keyOf(shown)}
              pair={shown}
              onNext={() => show(at + 1)}
              onPrevious={() => show(at - 1)}
            />
          )}
        </div>
      )}
      {list.error && items.length > 0 && <Fault error={list.error} onRetry={list.refetch} />}
    </Page>
  )
}

function Scan({
  state,
}: {
  state: { running: boolean; done: number; total: number | null; scanned_at: string | null } | undefined
}) {
  const say = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  const work = useMutation({
    mutationFn: () => identityApi.scan(),
    onError: (error) => toast.error(problemOf(error)?.detail || error.message),
    onSettled: () => queries.invalidateQueries({ queryKey: ['identity'] }),
  })
  if (!state) return null
  const n = state.total ? Math.floor((100 * state.done) / state.total) : 0
  return (
    <>
      <span className="mut s12">
        {state.scanned_at ? (
          <>
            {say('scanned')} <When at={state.scanned_at} time />
          </>
        ) : (
          say('never')
        )}
      </span>
      <Button loading={work.isPending} disabled={state.running} onClick={() => work.mutate()}>
        {state.running ? say('scanning', { n }) : say('scan')}
      </Button>
    </>
  )
}

function PairView({ pair, onNext, onPrevious }: { pair: Pair; onNext: () => void; onPrevious: () => void }) {
  const say = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  const [merging, setMerging] = useState(false)
  const decide = useMutation({
    mutationFn: (decision: Decision) =>
      identityApi.decide({ body: { a: pair.a.id, b: pair.b.id, decision } }),
    onSuccess: (_, decision) => {
      if (decision === 'open') return
      const back = { label: say('undo'), run: () => decide.mutate('open') }
      toast.ok(say(decision === 'later' ? 'said_later' : 'said_not_same'), back)
    },
    onError: (error) => toast.error(problemOf(error)?.detail || error.message),
    onSettled: () => queries.invalidateQueries({ queryKey: ['identity'] }),
  })
  useKeys(
    [
      { keys: 'j', label: say('next'), run: onNext },
      { keys: 'k', label: say('previous'), run: onPrevious },
      { keys: 'm', label: say('merge_them'), run: () => setMerging(true) },
      { keys: 'n', label: say('not_same'), run: () => decide.mutate('not_same') },
      { keys: 'l', label: say('ask_later'), run: () => decide.mutate('later') },
    ],
    !merging,
  )
  return (
    <section className="idpair" aria-label={`${pair.a.name} / ${pair.b.name}`}>
      <div className="idacts">
        <Button type="primary" onClick={() => setMerging(true)}>
          {say('merge_them')} <Kbd>M</Kbd>
        </Button>
        <Button onClick={() => decide.mutate('not_same')}>
          {say('not_same')} <Kbd>N</Kbd>
        </Button>
        {pair.state === 'later' ? (
          <Button onClick={() => decide.mutate('open')}>{say('again')}</Button>
        ) : (
          <Button onClick={() => decide.mutate('later')}>
            {say('ask_later')} <Kbd>L</Kbd>
          </Button>
        )}
        <span className="sp">
          <BandTag band={pair.band} />{' '}
          <span className="mut s12">{say('chance', { n: Math.min(99, Math.round(pair.score * 100)) })}</span>
        </span>
      </div>
      <h3>{say('why')}</h3>
      <Reasons reasons={pair.reasons} />
      <Beside pair={pair} />
      {merging && (
        <MergeDialog
          ids={pair.a.order_count >= pair.b.order_count ? [pair.a.id, pair.b.id] : [pair.b.id, pair.a.id]}
          onClose={() => setMerging(false)}
          onMerged={() => undefined}
        />
      )}
    </section>
  )
}

type Line = readonly [label: string, a: ReactNode, b: ReactNode, differs: boolean]

/** The two beside each other; what differs is marked. */
function Beside({ pair: { a, b } }: { pair: Pair }) {
  const say = useText(text)
  const preview = useQuery(identityApi.preview.query({ params: { id: a.id }, query: { with: String(b.id) } }))
  const both: Line[] = [
    [
      say('orders'),
      <Count key="a" value={a.order_count} />,
      <Count key="b" value={b.order_count} />,
      a.order_count !== b.order_count,
    ],
    [
      say('last_order'),
      <When key="a" at={a.last_order_at} />,
      <When key="b" at={b.last_order_at} />,
      a.last_order_at !== b.last_order_at,
    ],
  ]
  return (
    <div className="idscroll tall">
      <table className="idtab">
        <thead>
          <tr>
            <th scope="col">{say('fact')}</th>
            {[a, b].map((party) => (
              <th key={party.id} scope="col">
                <div>
                  <Go to={`/customers/${party.id}`} className="lnk">
                    {party.name}
                  </Go>
                </div>
                <div className="mut s12">
                  {[party.name_romanised, `#${party.id}`].filter(Boolean).join(' · ')}
                </div>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...(preview.data ? linesOf(preview.data, a.id, b.id, say('contacts')) : []), ...both].map(
            ([label, one, two, differs]) => (
              <tr key={label} className={differs ? 'diff' : ''}>
                <th scope="row">{label}</th>
                <td>{one}</td>
                <td>{two}</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </div>
  )
}

const isEmpty = (value: unknown) =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

function linesOf(
  { fields, contacts, external_ids }: MergePreview,
  a: number,
  b: number,
  title: string,
): Line[] {
  const told = fields
    .filter(({ values }) => values.some(({ value }) => !isEmpty(value)))
    .map(({ field, label, values, differs }): Line => {
      const of = (id: number) => (
        <Shown field={field} value={values.find(({ party_id }) => party_id === id)?.value} />
      )
      return [label, of(a), of(b), differs]
    })
  const reached = (id: number) => contacts.filter(({ party_id }) => party_id === id)
  const list = (id: number) => (
    <ul className="idcps">
      {reached(id).map(({ kind, value, withheld }) => (
        <li key={`${kind} ${value}`}>{withheld ? <Withheld value={value} /> : value}</li>
      ))}
      {external_ids
        .filter(({ party_id }) => party_id === id)
        .map(({ source, value }) => (
          <li key={`${source} ${value}`} className="mut">
            {source}: {value}
          </li>
        ))}
    </ul>
  )
  const differs = reached(b).some(({ twice }) => !twice) || reached(a).length !== reached(b).length
  return [...told, [title, list(a), list(b), differs]]
}
