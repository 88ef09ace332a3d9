import { useMutation, useQueryClient } from '@tanstack/react-query'
import Popover from 'antd/es/popover'
import { lazy, Suspense, useState } from 'react'
import { Icon, problemOf, Tabs, useText, useToast } from '../../../apps/web/ui/index.ts'
import type { View } from '../contract.ts'
import { inTrash, TRASH, tabOf, tabRoles } from './filters.ts'
import { useMarketRoles } from './labels/OwnWords.tsx'
import { partyApi } from './partyApi.ts'
import { text } from './text.ts'
import type { List } from './useList.ts'
import type { Saving } from './ViewDialog.tsx'
import { text as viewText } from './views.text.ts'

const ViewDialog = lazy(async () => ({ default: (await import('./ViewDialog.tsx')).ViewDialog }))

/** The house's tabs, then the views that this reader keeps as tabs, then all of them. */
export function ViewTabs({ list }: { list: List }) {
  const say = useText(text)
  const [saving, setSaving] = useState<Saving>()
  const offered = useMarketRoles()
  const { view, views, search } = list
  const pinned = views.filter((one) => one.pinned || one.id === view?.id)
  const tabs = [
    { key: 'all', label: say('view_all') },
    { key: 'mine', label: say('view_mine') },
    ...tabRoles
      .filter((role) => offered.includes(role))
      .map((role) => ({ key: role, label: say(`tab_${role}`) })),
    ...pinned.map(({ id, name }) => ({ key: `view:${id}`, label: name })),
    ...(inTrash(search) ? [{ key: 'trash', label: say('view_trash') }] : []),
  ]
  const openTab = (key: string) => {
    const found = views.find(({ id }) => key === `view:${id}`)
    list.open(found, {
      ...(key === 'mine' ? { owner: 'me' } : {}),
      ...(key === 'trash' ? TRASH : {}),
      ...(tabRoles.some((role) => role === key) ? { role: key } : {}),
    })
  }
  return (
    <div className="vtabs">
      <Tabs
        label={say('views')}
        items={tabs}
        value={list.gone ? '' : tabOf(view && !inTrash(search) ? { view: String(view.id) } : search)}
        onChange={openTab}
      />
      <ViewsMenu list={list} onSave={setSaving} />
      {saving && (
        <Suspense>
          <ViewDialog
            saving={saving}
            onClose={() => setSaving(undefined)}
            onSaved={(one) => list.open(one)}
          />
        </Suspense>
      )}
    </div>
  )
}

function ViewsMenu({ list, onSave }: { list: List; onSave: (saving: Saving) => void }) {
  const say = useText(viewText)
  const [open, setOpen] = useState(false)
  const [more, setMore] = useState<number>()
  const rows = (
    <div className="vmenu">
      {list.views.length === 0 && <p className="none">{say('none_yet')}</p>}
      <ul aria-label={say('all_views')}>
        {list.views.map((view) => (
          <li key={view.id}>
            <button
              type="button"
              className="nm"
              onClick={() => {
                setOpen(false)
                list.open(view)
              }}
            >
              <span className="cut">{view.name}</span>
              <span className="mut s12 cut">{noteOf(view, say)}</span>
            </button>
            <button
              type="button"
              className="ib xs"
              aria-expanded={more === view.id}
              aria-label={say('more', { name: view.name })}
              onClick={() => setMore(more === view.id ? undefined : view.id)}
            >
              <Icon name="more" />
            </button>
            {more === view.id && (
              <Actions
                view={view}
                onSave={(saving) => {
                  setOpen(false)
                  onSave(saving)
                }}
                onGone={() => list.view?.id === view.id && list.open(undefined)}
              />
            )}
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="nm end"
        onClick={() => {
          setOpen(false)
          list.open(undefined, TRASH)
        }}
      >
        {say('trash')}
      </button>
    </div>
  )
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomLeft"
      arrow={false}
      destroyOnHidden
      classNames={{ root: 'choice' }}
      content={rows}
    >
      <button type="button" className="btn t s vall" aria-label={say('all_views')} title={say('all_views')}>
        <Icon name="down" />
      </button>
    </Popover>
  )
}

type Say = (key: keyof typeof viewText, params?: Record<string, unknown>) => string
function noteOf(view: View, say: Say): string {
  const parts = [
    view.first ? say('first') : '',
    view.mine
      ? view.shared === 'everyone'
        ? say('with_all')
        : view.shared === 'unit'
          ? say('with_unit', { unit: view.unit?.name ?? '' })
          : ''
      : say('by', { name: view.owner.name }),
  ]
  return parts.filter(Boolean).join(' · ')
}

type ActionsProps = { view: View; onSave: (saving: Saving) => void; onGone: () => void }
function Actions({ view, onSave, onGone }: ActionsProps) {
  const say = useText(viewText)
  const toast = useToast()
  const queries = useQueryClient()
  const [sure, setSure] = useState(false)
  const params = { id: view.id }
  const fresh = () => queries.invalidateQueries({ queryKey: partyApi.views.key })
  const failed = (error: unknown) => {
    toast.error(say('not_done', { why: problemOf(error)?.detail || String(error) }))
    void fresh()
  }
  const mark = useMutation({
    mutationFn: (body: { pinned?: boolean; first?: boolean }) => partyApi.markView({ params, body }),
    onSuccess: fresh,
    onError: failed,
  })
  const remove = useMutation({
    mutationFn: () => partyApi.removeView({ params, if_match: `"${view.version}"` }),
    onSuccess: async () => {
      toast.ok(say('removed', { name: view.name }), { label: say('undo'), run: () => void restore() })
      onGone()
      await fresh()
    },
    onError: failed,
  })
  const restore = async () => {
    const { name, state, shared, unit, pinned } = view
    await partyApi
      .createView({ body: { name, state, shared, unit_id: unit?.id ?? null, pinned } })
      .catch(failed)
    await fresh()
  }
  return (
    <div className="acts">
      <button type="button" className="lnk" onClick={() => mark.mutate({ pinned: !view.pinned })}>
        {say(view.pinned ? 'unpin' : 'pin')}
      </button>
      <button type="button" className="lnk" onClick={() => mark.mutate({ first: !view.first })}>
        {say(view.first ? 'not_first' : 'open_first')}
      </button>
      <button
        type="button"
        className="lnk"
        onClick={() => onSave({ state: view.state, name: say('copy_of', { name: view.name }) })}
      >
        {say('duplicate')}
      </button>
      {view.may_change && (
        <button
          type="button"
          className="lnk"
          onClick={() => onSave({ state: view.state, name: view.name, view })}
        >
          {say('change')}
        </button>
      )}
      {view.may_change && (
        <button type="button" className="lnk bad" onClick={() => (sure ? remove.mutate() : setSure(true))}>
          {say(sure ? 'really' : 'remove')}
        </button>
      )}
    </div>
  )
}

/** What may be kept of the list as it is now. */
export function ViewState({ list }: { list: List }) {
  const say = useText(viewText)
  const toast = useToast()
  const queries = useQueryClient()
  const [saving, setSaving] = useState<Saving>()
  const { view, modified, state } = list
  const save = useMutation({
    mutationFn: () =>
      partyApi.patchView({ params: { id: view!.id }, body: { state }, if_match: `"${view!.version}"` }),
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: partyApi.views.key })
      toast.ok(say('saved', { name: saved.name }))
      list.reset()
    },
    onError: (error) => {
      toast.error(say('not_done', { why: problemOf(error)?.detail || String(error) }))
      void queries.invalidateQueries({ queryKey: partyApi.views.key })
    },
  })
  const as = () => setSaving({ state, name: view ? say('copy_of', { name: view.name }) : '' })
  return (
    <span className="vstate">
      {modified && <span className="mut">{say('modified')}</span>}
      {modified && view?.may_change && (
        <button type="button" className="lnk" disabled={save.isPending} onClick={() => save.mutate()}>
          {say('save')}
        </button>
      )}
      {(modified || !view) && (
        <button type="button" className="lnk" onClick={as}>
          {say(view ? 'save_as_new' : 'save_as')}
        </button>
      )}
      {modified && (
        <button type="button" className="lnk" onClick={list.reset}>
          {say('reset')}
        </button>
      )}
      {saving && (
        <Suspense>
          <ViewDialog
            saving={saving}
            onClose={() => setSaving(undefined)}
            onSaved={(one) => list.open(one)}
          />
        </Suspense>
      )}
    </span>
  )
}
