import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Fragment, useEffect, useRef } from 'react'
import { partyParts } from '../../../apps/web/party.ts'
import { Empty, Fault, Icon, useCan, useLocale, useText, useZone } from '../../../apps/web/ui/index.ts'
import { KeptIn, useKept } from '../../../apps/web/ui/inplace/kept.tsx'
import { formatNumber, formatTime, phrase } from '../../../kernel/text.ts'
import type { Party, TimelineEntry } from '../contract.ts'
import type { PartyPartProps } from './part.ts'
import { text } from './party.text.ts'
import { partyApi } from './partyApi.ts'

type StreamProps = { party: Party; kind: string | undefined; showKind: (kind: string | undefined) => void }
const byKind = new Map(
  partyParts.flatMap((part) => (part.timeline ? [[part.timeline.kind, part.timeline]] : [])),
)

/** One stream of everything that happened, by month; older parts come as one scrolls. */
export function PartyTimeline({ party, kind, showKind, see }: StreamProps & Pick<PartyPartProps, 'see'>) {
  const say = useText(text)
  const list = useInfiniteQuery({
    ...partyApi.timeline.pages({
      params: { id: party.id },
      query: { limit: 50, ...(kind ? { kinds: kind } : {}) },
    }),
    placeholderData: keepPreviousData,
  })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <section className={list.isPlaceholderData ? 'tline stale' : 'tline'} aria-label={say('timeline')}>
      <Kinds counts={list.data?.pages[0]?.counts ?? []} kind={kind} showKind={showKind} />
      {list.error && items.length === 0 && <Fault error={list.error} onRetry={list.refetch} />}
      {list.isPending && <Bones />}
      {list.data && items.length === 0 && (
        <Empty
          title={say(kind ? 'none_of_kind' : 'no_timeline')}
          {...(kind ? {} : { text: say('no_timeline_text') })}
        />
      )}
      <Stream items={items} party={party} see={see} />
      {items.length > 0 && <Older list={list} />}
    </section>
  )
}

type KindsProps = Omit<StreamProps, 'party'> & { counts: readonly { kind: string; count: number }[] }
function Kinds({ counts, kind, showKind }: KindsProps) {
  const say = useText(text)
  const can = useCan()
  const locale = useLocale()
  const shown = partyParts.flatMap((part) => (part.timeline && can(part.may) ? [part.timeline] : []))
  const all = counts.reduce((sum, one) => sum + one.count, 0)
  const tab = (key: string | undefined, label: string, count: number | undefined) => (
    <button
      key={key ?? 'all'}
      type="button"
      role="tab"
      aria-selected={kind === key}
      className={kind === key ? 'on' : ''}
      onClick={() => showKind(key)}
    >
      {label}
      {count !== undefined && <span>{formatNumber(count, locale)}</span>}
    </button>
  )
  return (
    <div className="tf" role="tablist" aria-label={say('timeline')}>
      {tab(undefined, say('all'), counts.length > 0 ? all : undefined)}
      {shown.map((one) =>
        tab(one.kind, phrase(one.label, locale), counts.find((c) => c.kind === one.kind)?.count),
      )}
    </div>
  )
}

type StreamOf = { items: readonly TimelineEntry[]; party: Party } & Pick<PartyPartProps, 'see'>
function Stream({ items, party, see }: StreamOf) {
  const lines = useKept(items, ({ kind, id }) => `${kind} ${id}`)
  const locale = useLocale()
  const zone = useZone()
  const month = (at: string) =>
    formatTime(at, locale, zone, { year: 'numeric', month: 'long' }).replace(
      /(\d)(?=[年月])|年(?=\d)/g,
      '$& ',
    )
  return (
    <ol className="tl">
      {lines.map(({ one: entry, key, line }, i) => {
        const known = byKind.get(entry.kind)
        if (!known) return null
        const before = lines[i - 1]?.one
        const name = month(entry.at)
        return (
          <Fragment key={key}>
            {(!before || month(before.at) !== name) && <li className="mon">{name}</li>}
            <li data-kind={entry.kind}>
              <span className="d">
                <DayOf at={entry.at} />
              </span>
              <span className="ic">
                <Icon name={known.icon(entry)} />
              </span>
              <KeptIn line={line}>
                <known.Row entry={entry} party={party} see={see} />
              </KeptIn>
            </li>
          </Fragment>
        )
      })}
    </ol>
  )
}

/** The month stands above; the day and its full date on hover are enough. */
function DayOf({ at }: { at: string }) {
  const locale = useLocale()
  const zone = useZone()
  const title = formatTime(at, locale, zone, { dateStyle: 'full', timeStyle: 'medium' })
  const day =
    locale === 'en'
      ? formatTime(at, 'en', zone, { day: 'numeric', month: 'short' })
      : `${formatTime(at, 'en', zone, { month: '2-digit' })}-${formatTime(at, 'en', zone, { day: '2-digit' })}`
  return (
    <time dateTime={at} title={title}>
      {day}
    </time>
  )
}

type Source = {
  hasNextPage: boolean
  isFetchingNextPage: boolean
  isFetchNextPageError: boolean
  fetchNextPage: () => unknown
}
/** Comes into view before its end does. */
function Older({ list }: { list: Source }) {
  const say = useText(text)
  const end = useRef<HTMLDivElement>(null)
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError } = list
  const more = useRef(list.fetchNextPage)
  more.current = list.fetchNextPage
  useEffect(() => {
    if (!end.current || !hasNextPage || isFetchingNextPage || isFetchNextPageError) return
    const seen = new IntersectionObserver(
      (entries) => {
        if (entries.some((one) => one.isIntersecting)) more.current()
      },
      { rootMargin: '600px' },
    )
    seen.observe(end.current)
    return () => seen.disconnect()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError])
  return (
    <div ref={end} className="tend mut s12">
      {hasNextPage ? (
        <button type="button" className="lnk" onClick={() => list.fetchNextPage()}>
          {isFetchingNextPage ? say('loading_older') : say('older')}
        </button>
      ) : (
        say('the_end')
      )}
    </div>
  )
}

const WIDTHS = [44, 61, 52, 70, 38, 57]
const Bones = () => (
  <ol className="tl bones1" aria-hidden="true">
    {WIDTHS.map((width) => (
      <li key={width}>
        <b className="bone" style={{ width: 34 }} />
        <span />
        <b className="bone" style={{ width: `${width}%` }} />
      </li>
    ))}
  </ol>
)
