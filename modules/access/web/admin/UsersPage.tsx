import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { lazy, Suspense, useMemo, useState } from 'react'
import {
  type Column,
  DataTable,
  Empty,
  FilterSentence,
  FindBox,
  Tabs,
  useCan,
  useMe,
  useNarrow,
  useSearch,
  useText,
  When,
} from '../../../../apps/web/ui/index.ts'
import type { User } from '../../contract.ts'
import { accessApi } from '../session.ts'
import { AdminPage } from './AdminPage.tsx'
import { useRoleOptions, useUnitOptions, Whole } from './parts.tsx'
import { StateTag, states } from './state.tsx'
import { text } from './text.ts'
import { UserDetail, UserPeek } from './UserPeek.tsx'
import { usersText } from './users.text.ts'

const InviteDialog = lazy(() => import('./InviteDialog.tsx'))
const keyOf = (row: User) => row.user_id
export function UsersPage() {
  const say = useText(usersText)
  const can = useCan()
  const narrow = useNarrow()
  const [search, setSearch] = useSearch()
  const [inviting, setInviting] = useState(false)
  const { list, rows } = useUsers(search)
  const columns = useColumns()
  const peek = Number(search['peek']) || undefined
  const close = () => setSearch({ peek: undefined })
  const whole = narrow && peek !== undefined
  const filtered = ['q', 'role', 'unit', 'state'].some((key) => search[key])
  return (
    <AdminPage
      at="users"
      may="users:read"
      note={say('lead')}
      actions={
        can('users:write') && (
          <Button type="primary" onClick={() => setInviting(true)}>
            {say('invite')}
          </Button>
        )
      }
      head={!whole && <Head />}
      peek={!narrow && peek !== undefined && <UserPeek key={peek} id={peek} onClose={close} />}
    >
      {whole ? (
        <Whole onBack={close}>
          <UserDetail id={peek} />
        </Whole>
      ) : (
        <DataTable
          name="users"
          label={say('find_key')}
          columns={columns}
          rows={rows}
          source={list}
          keyOf={keyOf}
          peek={peek}
          onPeek={(key) => setSearch({ peek: key === undefined ? undefined : String(key) })}
          onOpen={(row) => setSearch({ peek: String(row.user_id) }, { push: narrow })}
          narrow={(row) => <NarrowUser user={row} />}
          empty={
            <Empty
              title={say('none_title')}
              text={say('none_text')}
              action={
                filtered && (
                  <Button
                    onClick={() =>
                      setSearch({ q: undefined, role: undefined, unit: undefined, state: undefined })
                    }
                  >
                    <Clear />
                  </Button>
                )
              }
            />
          }
        />
      )}
      <Suspense>
        {inviting && (
          <InviteDialog
            onClose={() => setInviting(false)}
            onMade={(id) => setSearch({ peek: String(id), state: undefined })}
          />
        )}
      </Suspense>
    </AdminPage>
  )
}

const Clear = () => useText(text)('clear')

function useUsers(search: ReturnType<typeof useSearch>[0]) {
  const can = useCan()
  const state = states.find((one) => one === search['state'])
  const unit_id = Number(search['unit']) || undefined
  const list = useInfiniteQuery({
    ...accessApi.users.pages({
      query: {
        limit: 100,
        ...(search['q'] ? { q: search['q'] } : {}),
        ...(search['role'] ? { role: search['role'] } : {}),
        ...(unit_id ? { unit_id } : {}),
        ...(state ? { state } : {}),
      },
    }),
    placeholderData: keepPreviousData,
    enabled: can('users:read'),
  })
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  return { list, rows }
}

function Head() {
  const say = useText(usersText)
  const [search, setSearch] = useSearch()
  const roles = useRoleOptions()
  const units = useUnitOptions()
  const state = states.find((one) => one === search['state']) ?? 'all'
  return (
    <FilterSentence
      before={
        <>
          <FindBox
            q={search['q'] ?? ''}
            placeholder={say('find')}
            label={say('find_key')}
            onChange={(q) => setSearch({ q: q || undefined })}
          />
          <Tabs
            label={say('views')}
            items={['all' as const, ...states].map((key) => ({ key, label: say(key) }))}
            value={state}
            onChange={(key) => setSearch({ state: key === 'all' ? undefined : key, peek: undefined })}
          />
        </>
      }
      value={search}
      onChange={(key, value) => setSearch({ [key]: value })}
      fields={[
        { key: 'role', label: say('if_role'), options: roles },
        {
          key: 'unit',
          label: say('if_unit'),
          options: units.map(({ value, label }) => ({ value: String(value), label })),
        },
      ]}
    />
  )
}

const NarrowUser = ({ user }: { user: User }) => (
  <>
    <div className="l1">
      <span className="cut">{user.name}</span>
      <span className="r">
        <StateTag user={user} />
      </span>
    </div>
    <div className="l2">
      <span className="cut">{`${user.role_name} · ${user.unit_name} · ${user.email}`}</span>
    </div>
  </>
)

function useColumns(): readonly Column<User>[] {
  const say = useText(text)
  const own = useText(usersText)
  const me = useMe()
  return useMemo(
    () => [
      {
        key: 'name',
        title: say('name'),
        min: 140,
        grow: 2,
        cell: (row) => (
          <>
            {row.name}
            {row.user_id === me.id && <span className="mut"> · {own('you')}</span>}
          </>
        ),
      },
      { key: 'email', title: say('email'), min: 180, grow: 3, cell: (row) => row.email },
      { key: 'role', title: say('role'), min: 110, grow: 2, cell: (row) => row.role_name },
      { key: 'unit', title: say('unit'), min: 110, grow: 2, cell: (row) => row.unit_name },
      { key: 'language', title: say('language'), width: 72, cell: (row) => say(row.locale) },
      {
        key: 'seen',
        title: say('seen'),
        width: 116,
        cell: (row) =>
          row.seen_at ? <When at={row.seen_at} time /> : <span className="mut">{say('never')}</span>,
      },
      { key: 'state', title: say('state'), width: 104, cell: (row) => <StateTag user={row} /> },
    ],
    [say, own, me.id],
  )
}
