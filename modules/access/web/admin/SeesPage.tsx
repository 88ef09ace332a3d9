import { useQuery } from '@tanstack/react-query'
import Select from 'antd/es/select'
import { useState } from 'react'
import {
  Empty,
  Fault,
  Go,
  KeyValues,
  Page,
  Panel,
  Tag,
  useCan,
  useJoin,
  useLocale,
  usePlaces,
  useSearch,
  useText,
} from '../../../../apps/web/ui/index.ts'
import { formatNumber, phrase } from '../../../../kernel/text.ts'
import { partyApi } from '../../../parties/web/partyApi.ts'
import { useCustomNames } from '../../../parties/web/useCustomFields.ts'
import type { Sight } from '../../contract.ts'
import { accessApi } from '../session.ts'
import { useGroups } from './grants.ts'
import { rolesText } from './roles.text.ts'
import { seesText } from './sees.text.ts'
import { text } from './text.ts'
import './admin.css'

/** `?user=12&at=parties:read&party=34`: the question is in the address, so it can be sent to a colleague. */
export function SeesPage() {
  const say = useText(seesText)
  const own = useText(text)
  const can = useCan()
  const [search] = useSearch()
  const user = Number(search['user']) || undefined
  const party = Number(search['party']) || undefined
  const at = search['at']
  const asked = user !== undefined && (at !== undefined || party !== undefined)
  const query =
    party === undefined ? { permission: at ?? '' } : { route: 'GET /parties/:id', thing_id: party }
  const sight = useQuery({
    ...accessApi.sees.query({ params: { id: user ?? 0 }, query }),
    enabled: asked && can('roles:read') && can('users:read'),
  })
  return (
    <Page
      title={say('title')}
      note={say('lead')}
      may="roles:read"
      trail={
        <Go to="/admin/roles" className="lnk">
          {own('tab_roles')}
        </Go>
      }
      head={<Question user={user} at={at} party={party} />}
    >
      {sight.error ? (
        <Fault error={sight.error} onRetry={sight.refetch} />
      ) : sight.data && asked ? (
        <Answer sight={sight.data} />
      ) : (
        <Empty title={say('start_title')} text={say('start_text')} />
      )}
    </Page>
  )
}

type QuestionProps = { user: number | undefined; at: string | undefined; party: number | undefined }
function Question({ user, at, party }: QuestionProps) {
  const say = useText(seesText)
  const locale = useLocale()
  const can = useCan()
  const [, setSearch] = useSearch()
  const places = usePlaces()
  const groups = useGroups()
  const [who, setWho] = useState('')
  const users = useQuery({
    ...accessApi.users.query({ query: { limit: 50, ...(who ? { q: who } : {}) } }),
    enabled: can('users:read'),
  }).data?.items
  const named = useQuery({
    ...accessApi.user.query({ params: { id: user ?? 0 } }),
    enabled: user !== undefined,
  }).data
  const people = (users ?? []).map((one) => ({
    value: one.user_id,
    label: `${one.name} · ${one.role_name} · ${one.unit_name}`,
  }))
  if (named && !people.some(({ value }) => value === named.user_id))
    people.unshift({ value: named.user_id, label: `${named.name} · ${named.role_name} · ${named.unit_name}` })
  const options = [
    {
      label: say('pages'),
      options: places
        .filter(({ may }) => may.length === 1 && may[0]?.includes(':'))
        .map(({ path, name, may }) => ({
          key: path,
          value: `${path} ${may[0]}`,
          label: phrase(name, locale),
        })),
    },
    {
      label: say('rights'),
      options: groups.flatMap(({ label, permissions }) =>
        permissions.map(({ code, words }) => ({ key: code, value: code, label: `${label}：${words}` })),
      ),
    },
  ]
  const [search] = useSearch()
  const shown = search['page'] ? `${search['page']} ${at}` : at
  return (
    <div className="adask3">
      <div>
        <span className="lb">{say('user')}</span>
        <Select
          aria-label={say('choose_user')}
          placeholder={say('choose_user')}
          showSearch={{ filterOption: false, onSearch: setWho }}
          value={user ?? null}
          options={people}
          onChange={(id: number) => setSearch({ user: String(id) })}
        />
      </div>
      <div>
        <span className="lb">{say('place')}</span>
        <Select
          aria-label={say('choose_place')}
          placeholder={say('choose_place')}
          showSearch={{ optionFilterProp: 'label' }}
          value={party === undefined ? (shown ?? null) : null}
          options={options}
          onChange={(chosen: string) => {
            const [page, may] = chosen.includes(' ') ? chosen.split(' ') : [undefined, chosen]
            setSearch({ page, at: may, party: undefined })
          }}
        />
      </div>
      <div>
        <span className="lb">{say('party')}</span>
        <OneParty
          value={party}
          onChange={(id) => setSearch({ party: id === undefined ? undefined : String(id) })}
        />
      </div>
    </div>
  )
}

type PartyProps = { value: number | undefined; onChange: (id: number | undefined) => void }
function OneParty({ value, onChange }: PartyProps) {
  const say = useText(seesText)
  const can = useCan()
  const [q, setQ] = useState('')
  const may = can('parties:read')
  const found = useQuery({
    ...partyApi.list.query({ query: { limit: 20, ...(q ? { q } : {}) } }),
    enabled: may,
  }).data
  const named = useQuery({
    ...partyApi.get.query({ params: { id: value ?? 0 } }),
    enabled: may && value !== undefined,
  }).data
  const options = (found?.items ?? []).map((one) => ({ value: one.id, label: one.name }))
  if (named && !options.some((one) => one.value === named.id))
    options.unshift({ value: named.id, label: named.name })
  return (
    <Select
      aria-label={say('party')}
      placeholder={say('choose_party')}
      allowClear
      disabled={!may}
      showSearch={{ filterOption: false, onSearch: setQ }}
      value={value ?? null}
      options={options}
      onChange={(id: number | null | undefined) => onChange(id ?? undefined)}
    />
  )
}

function Answer({ sight }: { sight: Sight }) {
  const say = useText(seesText)
  const roles = useText(rolesText)
  const locale = useLocale()
  const join = useJoin()
  const { name, role_name: role } = sight
  const custom = useCustomNames()
  const fields = (codes: readonly string[]) =>
    join(codes.map((code) => (code in rolesText ? roles(code as 'phone') : (custom(code) ?? code))))
  const why = !sight.active
    ? say('why_inactive')
    : sight.lacks_words
      ? say('why_not', { role, lacks: sight.lacks_words })
      : sight.scope
        ? say('why_role', { role, scope: roles(sight.scope) })
        : say('why_whole', { role })
  const reach =
    sight.scope === 'all'
      ? say('reach_all')
      : sight.scope === 'own'
        ? say('reach_own', { name })
        : join(sight.units)
  return (
    <div className="adrole">
      <Panel>
        <div className="adanswer">
          <Tag tone={sight.may ? 'ok' : 'seal'}>{say(sight.may ? 'may' : 'may_not')}</Tag>
          <h2>{say(sight.may ? 'says_may' : 'says_not', { name, what: sight.permission_words })}</h2>
          <p>{why}</p>
          <KeyValues
            items={[
              [
                say('role'),
                <Go key="role" to={`/admin/roles/${sight.role_id}`} className="lnk" title={say('to_role')}>
                  {role}
                </Go>,
              ],
              [say('unit'), sight.unit_name],
              ...(sight.may
                ? [
                    [say('scope'), sight.scope && roles(sight.scope)] as const,
                    [say('where'), reach] as const,
                    [
                      say('rows'),
                      sight.rows !== null && sight.rows_of && (
                        <span key="rows" className="b">
                          {say(`of_${sight.rows_of}`, { n: formatNumber(sight.rows, locale) })}
                        </span>
                      ),
                    ] as const,
                    [
                      say('masked'),
                      sight.masks.length > 0 ? fields(sight.masks) : roles('nothing_hidden'),
                    ] as const,
                  ]
                : []),
              ...(sight.thing
                ? [
                    [
                      say('this_party'),
                      sight.thing.there
                        ? `${say('there')}${locale === 'zh-CN' ? '，' : '; '}${
                            sight.thing.withheld.length > 0
                              ? say('held', { what: fields(sight.thing.withheld) })
                              : say('nothing_held')
                          }`
                        : say('not_there'),
                    ] as const,
                  ]
                : []),
            ]}
          />
          {sight.may && sight.rows !== null && !sight.whole && <p className="mut s12">{say('rows_part')}</p>}
        </div>
      </Panel>
    </div>
  )
}
