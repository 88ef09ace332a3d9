import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useEffect, useMemo, useRef, useState } from 'react'
import {
  Empty,
  FilterSentence,
  Go,
  Kbd,
  Page,
  type Search,
  useCan,
  useGo,
  useKeys,
  useSearch,
  useText,
} from '../../../apps/web/ui/index.ts'
import type { Input } from '../../../kernel/route.ts'
import type { quality } from '../contract.ts'
import { bands } from '../rules.ts'
import { text as served } from '../text.ts'
import { Fix } from './Fix.tsx'
import { Score, Stake } from './figures.tsx'
import { filterOf, useFields } from './QualityPage.tsx'
import { qualityApi } from './qualityApi.ts'
import { useSays } from './says.ts'
import { text } from './text.ts'
import './quality.css'

type Query = Input<typeof quality.list>['query']
function queryOf(search: Search): Query {
  const band = bands.find((one) => one === search['band'])
  return {
    ...filterOf(search),
    ...(/^[a-z_0-9]{1,40}$/.test(search['reason'] ?? '') ? { reason: search['reason']! } : {}),
    ...(band ? { band } : {}),
    ...(search['skipped'] && search['reason'] ? { skipped: true } : {}),
    ...(search['reason'] ? {} : { sort: 'score' as const }),
    limit: 50,
  }
}

/** One reason at a time, whoever has most at stake first; mended where one stands, by keyboard alone if one likes. */
export function WorkPage() {
  const say = useText(text)
  const can = useCan()
  const [search, setSearch] = useSearch()
  const fields = useWorkFields()
  const work = useWork(search)
  const { rows, at, step, current, list, count } = work
  const [form, setForm] = useState<string>()
  const go = useGo()
  const pick = (next: number) => {
    setForm(undefined)
    step(next)
  }
  const first = current?.reasons.find(({ code }) => code === search['reason']) ?? current?.reasons[0]
  useKeys(
    [
      { keys: 'j', label: say('key_next'), run: () => pick(at + 1) },
      { keys: 'ArrowDown', run: () => pick(at + 1) },
      { keys: 'k', label: say('key_before'), run: () => pick(at - 1) },
      { keys: 'ArrowUp', run: () => pick(at - 1) },
      { keys: 'f', label: say('key_fix'), run: () => first && setForm(first.code) },
      { keys: 's', label: say('key_skip'), run: () => first && setForm(`skip ${first.code}`) },
      { keys: 'o', label: say('key_open'), run: () => current && go(`/customers/${current.id}`) },
    ],
    rows.length > 0,
  )
  return (
    <Page
      title={say('work_title')}
      may="quality:read"
      trail={
        <Go to="/quality" className="lnk">
          {say('title')}
        </Go>
      }
      note={list.data && (count.exact ? say('left', { n: count.n }) : say('left_about', { n: count.n - 1 }))}
      head={
        <FilterSentence
          fields={fields}
          value={search}
          onChange={(key, value) => setSearch({ [key]: value })}
        />
      }
      error={list.data ? undefined : list.error}
      onRetry={list.refetch}
    >
      {list.data && rows.length === 0 ? (
        <Empty
          title={say('done_title')}
          text={say('done_text')}
          action={<Button onClick={() => go('/quality')}>{say('back')}</Button>}
        />
      ) : (
        <div className="qwork">
          <Rows work={work} onPick={pick} />
          {current && can('quality:read') && (
            <Fix
              key={current.id}
              row={current}
              reason={search['reason']}
              form={form}
              setForm={setForm}
              onMended={work.mended}
            />
          )}
        </div>
      )}
    </Page>
  )
}

function useWorkFields() {
  const say = useText(text)
  const word = useText(served)
  const fields = useFields()
  const { ruleName } = useSays()
  const { data } = useQuery({ ...qualityApi.overview.query({ query: {} }), staleTime: 60_000 })
  return [
    {
      key: 'reason',
      label: say('reason'),
      options: (data?.reasons ?? []).map((one) => ({ value: one.code, label: ruleName(one) })),
    },
    {
      key: 'band',
      label: say('band'),
      options: bands.map((value) => ({ value, label: word(`band.${value}`) })),
    },
    ...fields,
    { key: 'skipped', label: say('put_aside'), options: [{ value: 'true', label: say('put_aside') }] },
  ]
}

/** Those who were mended leave the list at once; the list itself is asked again only when it is worked off. */
function useWork(search: Search) {
  const query = useMemo(() => queryOf(search), [search])
  const queries = useQueryClient()
  const list = useInfiniteQuery(qualityApi.list.pages({ query }))
  const [gone, setGone] = useState<ReadonlySet<number>>(new Set())
  const [at, setAt] = useState(0)
  const key = JSON.stringify(query)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question begins at its first row
  useEffect(() => {
    setGone(new Set())
    setAt(0)
  }, [key])
  const rows = (list.data?.pages.flatMap(({ items }) => items) ?? []).filter(({ id }) => !gone.has(id))
  const place = Math.min(at, Math.max(0, rows.length - 1))
  useEffect(() => {
    if (list.hasNextPage && !list.isFetchingNextPage && rows.length - place < 15) void list.fetchNextPage()
  })
  const [page] = list.data?.pages ?? []
  return {
    list,
    rows,
    at: place,
    step: (next: number) => setAt(Math.min(rows.length - 1, Math.max(0, next))),
    current: rows[place],
    count: { n: Math.max(0, (page?.count ?? 0) - gone.size), exact: page?.count_exact ?? true },
    mended: (id: number) => {
      setGone((before) => new Set([...before, id]))
      void queries.invalidateQueries({ queryKey: qualityApi.overview.key })
    },
  }
}

type RowsProps = { work: ReturnType<typeof useWork>; onPick: (at: number) => void }
function Rows({ work: { rows, at }, onPick }: RowsProps) {
  const say = useText(text)
  const { says } = useSays()
  const box = useRef<HTMLElement>(null)
  useEffect(() => {
    box.current?.querySelector(`[data-at="${at}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [at])
  return (
    <nav className="qlist" ref={box} aria-label={say('worklist')}>
      <ul>
        {rows.map((row, i) => (
          <li key={row.id}>
            <button
              type="button"
              className="qrow"
              data-at={i}
              aria-current={i === at}
              onClick={() => onPick(i)}
            >
              <span className="b cut">{row.name}</span>
              <span className="num s13">
                <Stake row={row} />
              </span>
              <span className="l2 mut s12 cut">{row.reasons.map(says).join(' · ')}</span>
              <span className="num s12">
                <Score score={row.score} band={row.band} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p className="qkeys hm" style={{ padding: '0 16px' }}>
        {(['j', 'k', 'f', 's', 'o'] as const).map((key) => (
          <span key={key}>
            <Kbd>{key}</Kbd>{' '}
            {say(
              { j: 'key_next', k: 'key_before', f: 'key_fix', s: 'key_skip', o: 'key_open' }[
                key
              ] as 'key_next',
            )}
          </span>
        ))}
      </p>
    </nav>
  )
}
