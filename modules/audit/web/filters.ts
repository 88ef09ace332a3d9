import { useQuery } from '@tanstack/react-query'
import { type FilterField, type Search, useCan, useLocale, useText } from '../../../apps/web/ui/index.ts'
import { formatTime } from '../../../kernel/text.ts'
import { type AuditFilter, actorKinds, sources } from '../contract.ts'
import { actorName } from '../rules.sentence.ts'
import { auditApi } from './auditApi.ts'
import { text } from './text.ts'

export const filterKeys = [
  'who',
  'action',
  'subject',
  'field',
  'source',
  'party',
  'request',
  'range',
  'from',
  'to',
] as const
export const noFilters: Search = Object.fromEntries(filterKeys.map((key) => [key, undefined]))
export const ranges = ['all', 'today', 'week', 'month', 'custom'] as const
export type Range = (typeof ranges)[number]

const isOneOf = <V extends string>(values: readonly V[], value: string | undefined): value is V =>
  values.some((one) => one === value)

/** Midnight of a day where the person is; their clock may be hours from UTC. */
export function midnight(day: string, zone: string): string | undefined {
  const utc = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(utc)) return undefined
  const shown = formatTime(new Date(utc).toISOString(), 'en', zone, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const [, d, m, y, h, min] = /(\d+)\/(\d+)\/(\d+), (\d+):(\d+)/.exec(shown) ?? []
  const ahead = Date.UTC(Number(y), Number(m) - 1, Number(d), Number(h), Number(min)) - utc
  return new Date(utc - ahead).toISOString()
}

const DAY_MS = 86_400_000
export const dayOf = (at: Date, zone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(at)

function span(search: Search, zone: string): Pick<AuditFilter, 'from' | 'to'> {
  const since = (days: number) => ({
    from: midnight(dayOf(new Date(Date.now() - days * DAY_MS), zone), zone),
  })
  const { range, from, to } = search
  const known = (times: { from?: string | undefined; to?: string | undefined }) =>
    Object.fromEntries(Object.entries(times).filter(([, value]) => value)) as Pick<AuditFilter, 'from' | 'to'>
  if (range === 'today') return known(since(0))
  if (range === 'week') return known(since(6))
  if (range === 'month') return known(since(29))
  if (range !== 'custom') return {}
  const after = to && new Date(Date.parse(`${to}T00:00:00Z`) + DAY_MS)
  const end =
    after && !Number.isNaN(after.getTime()) ? midnight(after.toISOString().slice(0, 10), zone) : undefined
  return known({ from: from && midnight(from, zone), to: end })
}

/** The address as the API understands it. */
export function queryOf(search: Search, zone: string): AuditFilter {
  const query: AuditFilter = span(search, zone)
  const [kind, id] = (search['who'] ?? '').split(':')
  if (isOneOf(actorKinds, kind)) query.actor = kind
  if (id && Number.isSafeInteger(Number(id))) query.actor_id = Number(id)
  if (search['action']) query.action = search['action']
  if (search['subject']) query.subject = search['subject']
  if (search['field']) query.field = search['field']
  if (isOneOf(sources, search['source'])) query.source = search['source']
  if (Number(search['party']) > 0) query.party_id = Number(search['party'])
  if (search['request']) query.request_id = search['request']
  return query
}

export function useFilterFields(search: Search): readonly FilterField[] {
  const say = useText(text)
  const can = useCan()
  const locale = useLocale()
  const facets = useQuery({ ...auditApi.facets.query(), staleTime: 60_000, enabled: can('audit:read') })
  const { actors = [], actions = [], subjects = [], fields = [] } = facets.data ?? {}
  const people = actors
    .filter(({ kind }) => kind === 'user' || kind === 'key')
    .map((actor) => ({
      value: `${actor.kind}:${actor.id}`,
      label: actorName(actor, locale),
      ...(actor.kind === 'key' ? { note: say('key') } : {}),
    }))
  const only = (key: string, label: string, shown: string): FilterField[] =>
    search[key] ? [{ key, label, options: [{ value: search[key], label: shown }] }] : []
  return [
    {
      key: 'who',
      label: say('if_who'),
      options: [
        ...people,
        { value: 'key', label: say('any_key') },
        { value: 'cli', label: say('any_cli') },
        { value: 'system', label: say('any_system') },
      ],
    },
    {
      key: 'action',
      label: say('if_action'),
      options: actions.map(({ action, label }) => ({ value: action, label, note: action })),
    },
    {
      key: 'subject',
      label: say('if_subject'),
      options: subjects.map(({ subject, label }) => ({ value: subject, label })),
    },
    {
      key: 'field',
      label: say('if_field'),
      options: fields.map(({ field, label }) => ({ value: field, label })),
    },
    {
      key: 'source',
      label: say('if_source'),
      options: sources.map((value) => ({ value, label: say(value) })),
    },
    ...only('party', say('if_party'), say('this_party', { id: search['party'] })),
    ...only('request', say('if_request'), `${search['request']}`.slice(0, 13)),
  ]
}
