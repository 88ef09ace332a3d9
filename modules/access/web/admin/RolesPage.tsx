import { useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useMemo } from 'react'
import {
  type Column,
  Count,
  DataTable,
  Tabs,
  Tag,
  useCan,
  useGo,
  useJoin,
  useSearch,
  useText,
  whole,
} from '../../../../apps/web/ui/index.ts'
import type { RoleView } from '../../contract.ts'
import { accessApi } from '../session.ts'
import { AdminPage } from './AdminPage.tsx'
import { Compare } from './Compare.tsx'
import { useRoleName } from './grants.ts'
import { rolesText } from './roles.text.ts'

const keyOf = (row: RoleView) => row.role_id

export function RolesPage() {
  const say = useText(rolesText)
  const can = useCan()
  const go = useGo()
  const [search, setSearch] = useSearch()
  const list = useQuery({ ...accessApi.roles.query(), enabled: can('roles:read') })
  const rows = useMemo(() => list.data?.items ?? [], [list.data])
  const columns = useColumns()
  const compare = search['view'] === 'compare'
  return (
    <AdminPage
      at="roles"
      may="roles:read"
      note={say('lead')}
      actions={
        <>
          {can('users:read') && <Button onClick={() => go('/admin/sees')}>{say('sees')}</Button>}
          {can('roles:write') && (
            <Button type="primary" onClick={() => go('/admin/roles/new')}>
              {say('create')}
            </Button>
          )}
        </>
      }
      head={
        <div className="filter">
          <Tabs
            label={say('views')}
            items={(['list', 'compare'] as const).map((key) => ({ key, label: say(key) }))}
            value={compare ? 'compare' : 'list'}
            onChange={(key) => setSearch({ view: key === 'list' ? undefined : key })}
          />
        </div>
      }
    >
      {compare ? (
        <Compare roles={rows} />
      ) : (
        <DataTable
          name="roles"
          label={say('list')}
          columns={columns}
          rows={rows}
          source={whole(list)}
          keyOf={keyOf}
          onPeek={(id) => id !== undefined && go(`/admin/roles/${id}`)}
          onOpen={(row) => go(`/admin/roles/${row.role_id}`)}
          narrow={(row) => <NarrowRole row={row} />}
          empty={null}
        />
      )}
    </AdminPage>
  )
}

function NarrowRole({ row }: { row: RoleView }) {
  const say = useText(rolesText)
  const name = useRoleName()
  return (
    <>
      <div className="l1">
        <span className="cut">{name(row)}</span>
        <span className="r">
          <Count value={row.users} />
        </span>
      </div>
      <div className="l2">
        <span className="cut">{`${say(row.builtin ? 'builtin' : 'own_kind')} · ${say('customers')} ${say(row.grants['parties:read'] ?? 'none')}`}</span>
      </div>
    </>
  )
}

function useColumns(): readonly Column<RoleView>[] {
  const say = useText(rolesText)
  const name = useRoleName()
  const join = useJoin()
  // biome-ignore lint/correctness/useExhaustiveDependencies: names and lists change with the language, as say does
  return useMemo(
    () => [
      { key: 'name', title: say('name'), min: 180, grow: 3, cell: name },
      {
        key: 'kind',
        title: say('kind'),
        width: 96,
        cell: (row) => (row.builtin ? say('builtin') : <Tag tone="brand">{say('own_kind')}</Tag>),
      },
      {
        key: 'people',
        title: say('people'),
        width: 80,
        align: 'end',
        cell: (row) => <Count value={row.users} />,
      },
      {
        key: 'customers',
        title: say('customers'),
        width: 130,
        cell: (row) => say(row.grants['parties:read'] ?? 'none'),
      },
      {
        key: 'rights',
        title: say('rights'),
        width: 80,
        align: 'end',
        cell: (row) => <Count value={Object.keys(row.grants).length} />,
      },
      {
        key: 'hides',
        title: say('hides'),
        min: 180,
        grow: 3,
        cell: (row) =>
          row.masks.length === 0 ? (
            <span className="mut">{say('nothing_hidden')}</span>
          ) : (
            join(row.masks.map((mask) => say(mask)))
          ),
      },
    ],
    [say],
  )
}
