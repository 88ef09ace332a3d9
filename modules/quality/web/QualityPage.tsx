import { keepPreviousData, useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import {
  Empty,
  type FilterField,
  FilterSentence,
  Icon,
  Page,
  type Search,
  useCan,
  useGo,
  useMe,
  useNarrow,
  useSearch,
  useText,
} from '../../../apps/web/ui/index.ts'
import type { Input } from '../../../kernel/route.ts'
import { accessApi } from '../../access/web/session.ts'
import { isRoleCode } from '../../parties/rules.labels.ts'
import { useMarketRoleOptions } from '../../parties/web/labels/OwnWords.tsx'
import { partyApi } from '../../parties/web/partyApi.ts'
import { CardBones } from '../../value/web/chart/Card.tsx'
import { useFormats } from '../../value/web/format.ts'
import { Scroll } from '../../value/web/Scroll.tsx'
import type { quality } from '../contract.ts'
import { BandsCard, PartsCard, ReasonsCard } from './cards.tsx'
import { qualityApi } from './qualityApi.ts'
import { TrendCard } from './TrendCard.tsx'
import { text } from './text.ts'
import '../../value/web/value.css'
import './quality.css'

type Query = Input<typeof quality.overview>['query']
const lookingKeys = ['unit', 'owner', 'role'] as const
export const lookingOf = (search: Search): Search =>
  Object.fromEntries(lookingKeys.flatMap((key) => (search[key] ? [[key, search[key]]] : [])))

/** The address as the API understands it. */
export function filterOf({ unit, owner, role }: Search): Query {
  return {
    ...(Number(unit) > 0 ? { unit_id: Number(unit) } : {}),
    ...(owner === 'none' ? { owner: 'none' as const } : Number(owner) > 0 ? { owner_id: Number(owner) } : {}),
    ...(isRoleCode(role) ? { role } : {}),
  }
}

export function QualityPage() {
  const say = useText(text)
  const can = useCan()
  const go = useGo()
  const as = useFormats()
  const narrow = useNarrow()
  const [search, setSearch] = useSearch()
  const { data, error, refetch } = useQuery({
    ...qualityApi.overview.query({ query: filterOf(search) }),
    placeholderData: keepPreviousData,
    enabled: can('quality:read'),
    // What was just entered is looked at within seconds: an empty page asks again soon, a full one now and then.
    refetchInterval: ({ state }) => (state.data?.waiting || state.data?.parties === 0 ? 3000 : 30_000),
  })
  const fields = useFields()
  const looking = lookingOf(search)
  const nothing = data?.parties === 0 && Object.keys(looking).length === 0
  return (
    <Page
      title={say('title')}
      may="quality:read"
      note={
        data && (
          <>
            {say('note', { n: data.parties })}
            {data.score !== null && (
              <span className="hm"> · {say('note_score', { score: as.number(data.score, 1) })}</span>
            )}
          </>
        )
      }
      actions={
        <>
          <Button type="text" size="small" onClick={() => go('/quality/rules')}>
            {say('rules')}
          </Button>
          <Button type="primary" size="small" onClick={() => go('/quality/work', looking)}>
            {say('work')}
          </Button>
        </>
      }
      head={
        !nothing && (
          <FilterSentence
            fields={fields}
            value={search}
            onChange={(key, value) => setSearch({ [key]: value })}
          />
        )
      }
      error={data ? undefined : error}
      onRetry={refetch}
    >
      {nothing ? (
        <Empty
          title={say('none_title')}
          text={say('none_text')}
          action={can('imports:write') && <Button onClick={() => go('/import')}>{say('none_import')}</Button>}
        />
      ) : (
        <Scroll className="vscroll" label={say('title')}>
          {data?.waiting && (
            <p className="vnotice" role="status">
              <Icon name="info" />
              <span>{say('waiting')}</span>
            </p>
          )}
          <div className="vgrid">
            {data ? (
              <>
                <BandsCard data={data} looking={looking} />
                <ReasonsCard data={data} looking={looking} />
                <TrendCard data={data} />
                <PartsCard data={data} of="units" looking={looking} />
                <PartsCard data={data} of="owners" looking={looking} />
              </>
            ) : (
              <>
                <CardBones span={4} height={narrow ? 160 : 260} />
                <CardBones span={8} height={260} />
                <CardBones span={12} height={180} />
              </>
            )}
          </div>
        </Scroll>
      )}
    </Page>
  )
}

export function useFields(): readonly FilterField[] {
  const say = useText(text)
  const roles = useMarketRoleOptions()
  const can = useCan()
  const me = useMe()
  const slow = { staleTime: 60_000 }
  const owners = useQuery({ ...partyApi.owners.query(), ...slow, enabled: can('parties:read') })
  const units = useQuery({ ...accessApi.units.query(), ...slow, enabled: can('units:read') })
  return [
    {
      key: 'unit',
      label: say('if_unit'),
      options: (units.data?.items ?? []).map((unit) => ({
        value: String(unit.unit_id),
        label: `${'\u2003'.repeat(unit.depth)}${unit.name}`,
      })),
    },
    {
      key: 'owner',
      label: say('if_owner'),
      options: [
        { value: 'none', label: say('if_nobody') },
        ...(owners.data?.items ?? []).map(({ id, name, unit }) => ({
          value: String(id),
          label: id === me.id ? `${name} ★` : name,
          note: unit.name,
        })),
      ],
    },
    {
      key: 'role',
      label: say('if_role'),
      options: roles,
    },
  ]
}
