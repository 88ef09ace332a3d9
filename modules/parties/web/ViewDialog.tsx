import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Modal from 'antd/es/modal'
import { type FormEvent, useState } from 'react'
import { problemOf, useCan, useText, useToast } from '../../../apps/web/ui/index.ts'
import { accessApi } from '../../access/web/session.ts'
import { shares, type View, type ViewState } from '../contract.ts'
import { partyApi } from './partyApi.ts'
import { text } from './views.text.ts'

/** A new view, or with `view` one that is renamed or shared otherwise. */
export type Saving = { state: ViewState; name: string; view?: View }
type DialogProps = { saving: Saving; onClose: () => void; onSaved: (view: View) => void }

export function ViewDialog({ saving: { state, name: first, view }, onClose, onSaved }: DialogProps) {
  const say = useText(text)
  const can = useCan()
  const toast = useToast()
  const queries = useQueryClient()
  const [name, setName] = useState(first)
  const [shared, setShared] = useState<View['shared']>(view?.shared ?? 'private')
  const [unit_id, setUnit] = useState<number | undefined>(view?.unit?.id)
  const units = useQuery({ ...accessApi.units.query(), staleTime: 60_000, enabled: can('units:read') })
  const chosen = unit_id ?? units.data?.items[0]?.unit_id
  const sharing = { shared, unit_id: shared === 'unit' ? (chosen ?? null) : null }
  const save = useMutation({
    mutationFn: () =>
      view
        ? partyApi.patchView({
            params: { id: view.id },
            body: { name, ...sharing },
            if_match: `"${view.version}"`,
          })
        : partyApi.createView({ body: { name, state, ...sharing } }),
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: partyApi.views.key })
      toast.ok(say(view ? 'renamed' : 'saved', { name: saved.name }))
      onClose()
      onSaved(saved)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim()) save.mutate()
  }
  const problem = problemOf(save.error)
  return (
    <Modal
      open
      title={say(view ? 'change' : 'save_as')}
      onCancel={onClose}
      width={440}
      footer={[
        <Button key="no" onClick={onClose}>
          {say('cancel')}
        </Button>,
        <Button
          key="yes"
          type="primary"
          htmlType="submit"
          form="view"
          loading={save.isPending}
          disabled={!name.trim()}
        >
          {say('save')}
        </Button>,
      ]}
    >
      <form id="view" className="fdlg vform" onSubmit={submit}>
        {save.error && (
          <div className="said" role="alert">
            {problem?.detail || problem?.title || save.error.message}
          </div>
        )}
        <label>
          {say('name')}
          {/* biome-ignore lint/a11y/noAutofocus: the one thing that this box asks for */}
          <input autoFocus maxLength={80} value={name} onChange={({ target }) => setName(target.value)} />
        </label>
        {can('views:share') && (
          <fieldset>
            <legend>{say('who')}</legend>
            {shares.map((one) => (
              <label key={one}>
                <input type="radio" name="shared" checked={shared === one} onChange={() => setShared(one)} />
                {say(one)}
              </label>
            ))}
            {shared === 'unit' && (
              <select
                aria-label={say('which_unit')}
                value={chosen}
                onChange={({ target }) => setUnit(Number(target.value))}
              >
                {(units.data?.items ?? []).map((unit) => (
                  <option key={unit.unit_id} value={unit.unit_id}>
                    {`${'\u2003'.repeat(unit.depth)}${unit.name}`}
                  </option>
                ))}
              </select>
            )}
            {shared !== 'private' && <p className="mut s12">{say('scope_holds')}</p>}
          </fieldset>
        )}
      </form>
    </Modal>
  )
}
