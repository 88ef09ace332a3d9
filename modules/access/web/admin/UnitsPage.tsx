import { useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { lazy, Suspense, useMemo, useState } from 'react'
import {
  type Column,
  Count,
  DataTable,
  Go,
  Icon,
  KeyValues,
  Peek,
  useCan,
  useNarrow,
  useSearch,
  useText,
  whole,
} from '../../../../apps/web/ui/index.ts'
import type { UnitView } from '../../contract.ts'
import { below } from '../../rules.ts'
import { accessApi } from '../session.ts'
import { AdminPage } from './AdminPage.tsx'
import { Whole } from './parts.tsx'
import { unitsText } from './units.text.ts'

const UnitDialog = lazy(() => import('./UnitDialog.tsx'))
const RemoveUnit = lazy(() => import('./RemoveUnit.tsx'))
const keyOf = (row: Node) => row.unit_id

/** A unit with the sums of all that stands below it, and whether it is folded. */
export type Node = UnitView & {
  all_users: number
  all_customers: number | null
  children: number
  folded: boolean
}

function summed(units: readonly UnitView[], folded: ReadonlySet<number>): Node[] {
  const byId = new Map(units.map((unit) => [unit.unit_id, unit]))
  const hidden = (unit: UnitView): boolean => {
    const parent = byId.get(unit.parent_id ?? 0)
    return parent !== undefined && (folded.has(parent.unit_id) || hidden(parent))
  }
  return units
    .filter((unit) => !hidden(unit))
    .map((unit) => {
      const all = below(units, unit.unit_id).map((id) => byId.get(id)!)
      const known = all.every((one) => one.customers !== null)
      return {
        ...unit,
        all_users: all.reduce((sum, one) => sum + one.users, 0),
        all_customers: known ? all.reduce((sum, one) => sum + (one.customers ?? 0), 0) : null,
        children: units.filter((one) => one.parent_id === unit.unit_id).length,
        folded: folded.has(unit.unit_id),
      }
    })
}

export function UnitsPage() {
  const say = useText(unitsText)
  const can = useCan()
  const narrow = useNarrow()
  const [search, setSearch] = useSearch()
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set())
  const [adding, setAdding] = useState(false)
  const list = useQuery({ ...accessApi.units.query(), enabled: can('units:read') })
  const rows = useMemo(() => summed(list.data?.items ?? [], folded), [list.data, folded])
  const fold = (id: number) => {
    const next = new Set(folded)
    if (!next.delete(id)) next.add(id)
    setFolded(next)
  }
  const columns = useColumns(fold)
  const peek = Number(search['peek']) || undefined
  const shown = rows.find((row) => row.unit_id === peek)
  const close = () => setSearch({ peek: undefined })
  return (
    <AdminPage
      at="units"
      may="units:read"
      note={say('lead')}
      actions={
        can('units:write') && (
          <Button type="primary" onClick={() => setAdding(true)}>
            {say('add')}
          </Button>
        )
      }
      peek={
        shown &&
        !narrow && (
          <Peek title={shown.name} note={say(shown.kind)} onClose={close}>
            <UnitFacts row={shown} onGone={close} />
          </Peek>
        )
      }
    >
      {narrow && shown ? (
        <Whole onBack={close}>
          <h2 className="b">{shown.name}</h2>
          <UnitFacts row={shown} onGone={close} />
        </Whole>
      ) : (
        <DataTable
          name="units"
          label={say('list')}
          columns={columns}
          rows={rows}
          source={whole(list)}
          keyOf={keyOf}
          peek={peek}
          onPeek={(key) => setSearch({ peek: key === undefined ? undefined : String(key) })}
          onOpen={(row) => setSearch({ peek: String(row.unit_id) }, { push: narrow })}
          narrow={(row) => <NarrowUnit row={row} />}
          empty={null}
        />
      )}
      <Suspense>
        {adding && (
          <UnitDialog
            {...(shown && shown.kind !== 'team' ? { parent_id: shown.unit_id } : {})}
            onClose={() => setAdding(false)}
          />
        )}
      </Suspense>
    </AdminPage>
  )
}

function UnitFacts({ row, onGone }: { row: Node; onGone: () => void }) {
  const say = useText(unitsText)
  const can = useCan()
  const [doing, setDoing] = useState<'add' | 'edit' | 'remove'>()
  const close = () => setDoing(undefined)
  const empty = row.children === 0 && row.users === 0 && !row.customers
  return (
    <>
      {can('units:write') && (
        <div className="adacts">
          <Button size="small" onClick={() => setDoing('edit')}>
            {say('edit')}
          </Button>
          {row.kind !== 'team' && (
            <Button size="small" onClick={() => setDoing('add')}>
              {say('add_below')}
            </Button>
          )}
          {row.parent_id !== null && (
            <Button size="small" danger disabled={!empty} onClick={() => setDoing('remove')}>
              {say('remove')}
            </Button>
          )}
        </div>
      )}
      {can('units:write') && row.parent_id !== null && !empty && (
        <p className="mut s12 adlead">{say('not_empty')}</p>
      )}
      <KeyValues
        items={[
          [say('kind'), say(row.kind)],
          [
            say('people'),
            <Go key="users" to="/admin/users" search={{ unit: String(row.unit_id) }} className="lnk">
              <Count value={row.users} />
            </Go>,
          ],
          [say('below_people'), <Count key="all" value={row.all_users} />],
          [
            say('customers'),
            <Go key="customers" to="/customers" search={{ unit: String(row.unit_id) }} className="lnk">
              <Count value={row.customers} />
            </Go>,
          ],
          [say('below_customers'), <Count key="all" value={row.all_customers} />],
        ]}
      />
      <Suspense>
        {doing === 'add' && <UnitDialog parent_id={row.unit_id} onClose={close} />}
        {doing === 'edit' && <UnitDialog unit={row} onClose={close} />}
        {doing === 'remove' && <RemoveUnit unit={row} onClose={close} onGone={onGone} />}
      </Suspense>
    </>
  )
}

const NarrowUnit = ({ row }: { row: Node }) => {
  const say = useText(unitsText)
  return (
    <>
      <div className="l1">
        <span className="cut">{`${'\u3000'.repeat(row.depth)}${row.name}`}</span>
        <span className="r">
          <Count value={row.all_customers} />
        </span>
      </div>
      <div className="l2">
        <span className="cut">{`${'\u3000'.repeat(row.depth)}${say(row.kind)} · ${say('people')} ${row.users}`}</span>
      </div>
    </>
  )
}

const STEP_PX = 20

function useColumns(fold: (id: number) => void): readonly Column<Node>[] {
  const say = useText(unitsText)
  return useMemo(
    () => [
      {
        key: 'name',
        title: say('name'),
        min: 260,
        grow: 4,
        cell: (row) => (
          <span className="adnode" style={{ paddingLeft: row.depth * STEP_PX }}>
            {row.children > 0 ? (
              <button
                type="button"
                className="ib xs"
                aria-expanded={!row.folded}
                aria-label={say(row.folded ? 'unfold' : 'fold')}
                onClick={() => fold(row.unit_id)}
              >
                <Icon name={row.folded ? 'right' : 'down'} />
              </button>
            ) : (
              <span className="adleaf" />
            )}
            <span className="cut">{row.name}</span>
          </span>
        ),
      },
      { key: 'kind', title: say('kind'), width: 110, cell: (row) => say(row.kind) },
      {
        key: 'users',
        title: say('people'),
        width: 90,
        align: 'end',
        cell: (row) => <Count value={row.users} />,
      },
      {
        key: 'all_users',
        title: say('below_people'),
        width: 96,
        align: 'end',
        cell: (row) => <Count value={row.all_users} />,
      },
      {
        key: 'customers',
        title: say('customers'),
        width: 110,
        align: 'end',
        cell: (row) => <Count value={row.customers} />,
      },
      {
        key: 'all_customers',
        title: say('below_customers'),
        width: 110,
        align: 'end',
        cell: (row) => <Count value={row.all_customers} />,
      },
    ],
    [say, fold],
  )
}
