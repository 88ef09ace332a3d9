import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useState } from 'react'
import {
  Count,
  Fault,
  Go,
  Page,
  problemOf,
  uniqueKey,
  useCan,
  useGo,
  useParams,
  useSearch,
  useText,
  useToast,
} from '../../../../apps/web/ui/index.ts'
import type { RoleView, RoleWrite } from '../../contract.ts'
import { accessApi } from '../session.ts'
import { useRoleName } from './grants.ts'
import { Ask, Refused } from './parts.tsx'
import { RoleNames, RoleRights } from './RoleForm.tsx'
import { rolesText } from './roles.text.ts'
import { text } from './text.ts'
import './admin.css'

export type Draft = Pick<RoleWrite, 'code' | 'name_zh' | 'name_en' | 'grants'> & { masks: RoleView['masks'] }
const blank: Draft = { code: '', name_zh: '', name_en: '', grants: {}, masks: [] }

/** `/admin/roles/12`, `/admin/roles/new`, `/admin/roles/new?copy=12`. */
export function RolePage() {
  const can = useCan()
  const { id = '' } = useParams()
  const [search] = useSearch()
  const wanted = Number(id === 'new' ? search['copy'] : id) || undefined
  const role = useQuery({
    ...accessApi.role.query({ params: { id: wanted ?? 0 } }),
    enabled: wanted !== undefined && can('roles:read'),
  })
  const say = useText(rolesText)
  const own = useText(text)
  const trail = (
    <Go to="/admin/roles" className="lnk">
      {own('tab_roles')}
    </Go>
  )
  if (wanted !== undefined && !role.data)
    return (
      <Page title={own('tab_roles')} trail={trail} may="roles:read">
        {role.error ? <Fault error={role.error} onRetry={role.refetch} /> : null}
      </Page>
    )
  if (id !== 'new' && role.data)
    return <Existing key={`${id}.${role.data.version}`} role={role.data} trail={trail} />
  const first: Draft = role.data
    ? {
        code: '',
        name_zh: say('copy_zh', { name: role.data.name_zh }),
        name_en: say('copy_en', { name: role.data.name_en }),
        grants: role.data.grants,
        masks: role.data.masks,
      }
    : blank
  return <NewRole key={search['copy'] ?? ''} first={first} trail={trail} />
}

type Around = { trail: React.ReactNode }

function NewRole({ first, trail }: Around & { first: Draft }) {
  const say = useText(rolesText)
  const go = useGo()
  const queries = useQueryClient()
  const [draft, setDraft] = useState(first)
  const [once, setOnce] = useState(uniqueKey)
  const create = useMutation({
    mutationFn: () => accessApi.createRole({ body: draft, idempotency_key: once }),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ['access'] })
      go(`/admin/roles/${made.role_id}`)
    },
    onError: (error) => {
      // A refused body will be mended and is then another request.
      if (problemOf(error)?.status) setOnce(uniqueKey())
    },
  })
  const named = draft.name_zh.trim() && draft.name_en.trim() && /^[a-z][a-z0-9_]{1,39}$/.test(draft.code)
  return (
    <Page
      title={say('create')}
      trail={trail}
      may="roles:write"
      actions={
        <Button type="primary" disabled={!named} loading={create.isPending} onClick={() => create.mutate()}>
          {say('create_do')}
        </Button>
      }
    >
      <div className="adrole">
        <Refused error={create.error} />
        <RoleNames draft={draft} onChange={setDraft} fresh />
        <RoleRights draft={draft} before={first} onChange={setDraft} />
      </div>
    </Page>
  )
}

function Existing({ role, trail }: Around & { role: RoleView }) {
  const say = useText(rolesText)
  const own = useText(text)
  const name = useRoleName()(role)
  const can = useCan()
  const go = useGo()
  const toast = useToast()
  const queries = useQueryClient()
  const before: Draft = role
  const [draft, setDraft] = useState(before)
  const [removing, setRemoving] = useState(false)
  const { name_zh, name_en, grants, masks } = draft
  const save = useMutation({
    mutationFn: () =>
      accessApi.patchRole({
        params: { id: role.role_id },
        body: { name_zh, name_en, grants, masks },
        if_match: `"${role.version}"`,
      }),
    onSuccess: () => {
      toast.ok(own('saved'))
      return queries.invalidateQueries({ queryKey: ['access'] })
    },
  })
  const fixed = role.code === 'administrator'
  const may = can('roles:write') && !fixed
  const dirty = JSON.stringify(sorted(draft)) !== JSON.stringify(sorted(before))
  return (
    <Page
      title={name}
      trail={trail}
      may="roles:read"
      note={
        <>
          {say(role.builtin ? 'builtin' : 'own_kind')} ·{' '}
          <Go to="/admin/users" search={{ role: role.code }} className="lnk" title={say('people_with')}>
            {say('people')} <Count value={role.users} />
          </Go>
        </>
      }
      actions={
        <>
          {can('roles:write') && (
            <Button onClick={() => go('/admin/roles/new', { copy: String(role.role_id) })}>
              {say('copy')}
            </Button>
          )}
          {may && !role.builtin && (
            <Button
              danger
              disabled={role.users > 0}
              title={role.users > 0 ? say('in_use', { n: role.users }) : ''}
              onClick={() => setRemoving(true)}
            >
              {say('remove')}
            </Button>
          )}
        </>
      }
      foot={
        may &&
        dirty && (
          <div className="bulk" role="toolbar">
            <span className="mut">{say('save_now', { n: role.users })}</span>
            <Button className="sp" onClick={() => setDraft(before)}>
              {say('undo')}
            </Button>
            <Button type="primary" loading={save.isPending} onClick={() => save.mutate()}>
              {say('save')}
            </Button>
          </div>
        )
      }
    >
      <div className="adrole">
        <Refused error={save.error} />
        {fixed && <p className="mut s13">{say('fixed')}</p>}
        {role.code === 'auditor' && <p className="mut s13">{say('reads_only')}</p>}
        {may && <RoleNames draft={draft} onChange={setDraft} />}
        <RoleRights draft={draft} before={before} {...(may ? { onChange: setDraft } : {})} />
      </div>
      {removing && <Remove role={role} name={name} onClose={() => setRemoving(false)} />}
    </Page>
  )
}

const sorted = ({ name_zh, name_en, grants, masks }: Draft) => [
  name_zh,
  name_en,
  Object.entries(grants).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  masks.toSorted(),
]

function Remove({ role, name, onClose }: { role: RoleView; name: string; onClose: () => void }) {
  const say = useText(rolesText)
  const go = useGo()
  const toast = useToast()
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () => accessApi.deleteRole({ params: { id: role.role_id } }),
    onSuccess: () => {
      toast.ok(say('removed', { name }))
      go('/admin/roles')
      return queries.invalidateQueries({ queryKey: accessApi.roles.key })
    },
  })
  return (
    <Ask
      title={say('remove_title', { name })}
      ok={say('remove')}
      danger
      busy={remove.isPending}
      error={remove.error}
      onOk={() => remove.mutate()}
      onClose={onClose}
    >
      <p>{say('remove_text')}</p>
    </Ask>
  )
}
