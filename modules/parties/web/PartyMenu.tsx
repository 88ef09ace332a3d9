import Button from 'antd/es/button'
import { Suspense, useState } from 'react'
import { partyActions } from '../../../apps/web/party.ts'
import { Choice, Icon, useCan, useLocale, useText, useToast } from '../../../apps/web/ui/index.ts'
import { phrase } from '../../../kernel/text.ts'
import type { Party } from '../contract.ts'
import type { PartyAction } from './part.ts'
import { text } from './party.text.ts'
import { partyApi } from './partyApi.ts'
import { useMayChange, usePartyWrite, useWhy } from './usePartyWrite.ts'

/** What is done rarely. The trash can be undone at once, and later from the page itself. */
export function PartyMenu({ party }: { party: Party }) {
  const say = useText(text)
  const can = useCan()
  const may = useMayChange(party, 'parties:delete')
  const { restore, remove } = useTrash(party)
  const [open, setOpen] = useState<PartyAction>()
  const locale = useLocale()
  // Of somebody erased there is nothing left to do.
  if (party.erased_at) return null
  const actions = partyActions.filter((action) => can(action.may))
  const pick = (key: string) => {
    const action = actions.find((one) => one.key === key)
    if (action?.href) save(action.href(party))
    else if (action) setOpen(action)
    else remove()
  }
  const options = [
    ...(may && party.live ? [{ value: 'trash', label: say('trash') }] : []),
    ...actions.map(({ key, label }) => ({ value: key, label: phrase(label, locale) })),
  ]
  return (
    <>
      {may && !party.live && (
        <Button type="primary" onClick={restore}>
          {say('restore')}
        </Button>
      )}
      {options.length > 0 && (
        <Choice label={say('actions_for', { name: party.name })} options={options} onPick={pick}>
          <button
            type="button"
            className="ib"
            title={say('actions_for', { name: party.name })}
            aria-label={say('actions_for', { name: party.name })}
          >
            <Icon name="more" />
          </button>
        </Choice>
      )}
      {open?.Dialog && (
        <Suspense>
          <open.Dialog party={party} onClose={() => setOpen(undefined)} />
        </Suspense>
      )}
    </>
  )
}

function save(href: string): void {
  const link = document.createElement('a')
  link.href = href
  link.download = ''
  link.click()
}

function useTrash(party: Party) {
  const say = useText(text)
  const why = useWhy()
  const toast = useToast()
  const { write, took } = usePartyWrite(party)
  const params = { id: party.id }
  const said = (work: Promise<unknown>, done: () => void) =>
    void work.then(done, (error: unknown) => toast.error(say('not_saved', { why: why(error) })))
  const restore = () =>
    said(partyApi.restore({ params }).then(took), () => toast.ok(say('restored', { name: party.name })))
  const remove = () =>
    said(
      write((if_match) => partyApi.remove({ params, if_match })),
      () => toast.ok(say('trashed', { name: party.name }), { label: say('undo'), run: restore }),
    )
  return { restore, remove }
}
