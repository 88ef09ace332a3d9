import Button from 'antd/es/button'
import { Choice, Icon, useText, useToast } from '../../../apps/web/ui/index.ts'
import type { Party } from '../contract.ts'
import { text } from './party.text.ts'
import { partyApi } from './partyApi.ts'
import { useMayChange, usePartyWrite, useWhy } from './usePartyWrite.ts'

/** What is done rarely. The trash can be undone at once, and later from the page itself. */
export function PartyMenu({ party }: { party: Party }) {
  const say = useText(text)
  const may = useMayChange(party, 'parties:delete')
  const why = useWhy()
  const toast = useToast()
  const { write, took } = usePartyWrite(party)
  if (!may) return null
  const params = { id: party.id }
  const said = (work: Promise<unknown>, done: () => void) =>
    void work.then(done, (error: unknown) => toast.error(say('not_saved', { why: why(error) })))
  const restore = () =>
    said(partyApi.restore({ params }).then(took), () => toast.ok(say('restored', { name: party.name })))
  if (!party.live)
    return (
      <Button type="primary" onClick={restore}>
        {say('restore')}
      </Button>
    )
  const remove = () =>
    said(
      write((if_match) => partyApi.remove({ params, if_match })),
      () => toast.ok(say('trashed', { name: party.name }), { label: say('undo'), run: restore }),
    )
  return (
    <Choice
      label={say('actions_for', { name: party.name })}
      options={[{ value: 'trash', label: say('trash') }]}
      onPick={remove}
    >
      <button
        type="button"
        className="ib"
        title={say('actions_for', { name: party.name })}
        aria-label={say('actions_for', { name: party.name })}
      >
        <Icon name="more" />
      </button>
    </Choice>
  )
}
