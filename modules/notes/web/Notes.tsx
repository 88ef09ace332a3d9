import { useMutation, useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useState } from 'react'
import { Choice, Icon, problemOf, useCan, useText, useToast, When } from '../../../apps/web/ui/index.ts'
import { Problem, useFresh } from '../../../apps/web/ui/inplace/inplace.tsx'
import { KeptIn, useKept } from '../../../apps/web/ui/inplace/kept.tsx'
import type { Party, TimelineEntry } from '../../parties/contract.ts'
import type { PartyPartProps } from '../../parties/web/part.ts'
import { useMayChange } from '../../parties/web/usePartyWrite.ts'
import { EditingHere } from '../../presence/web/EditingHere.tsx'
import { useEditing } from '../../presence/web/here.ts'
import type { Note } from '../contract.ts'
import { Marked } from './Marked.tsx'
import { NoteEdit } from './NoteEdit.tsx'
import { noteApi } from './noteApi.ts'
import { noteChanges } from './noteChanges.ts'
import { text } from './text.ts'
import { Writer } from './Writer.tsx'

/** Above the stream: where one writes, and what is pinned. */
export function NoteBox({ party }: PartyPartProps) {
  const say = useText(text)
  const may = useMayChange(party, 'notes:write') && party.live
  const [body, setBody] = useState('')
  const fresh = useFresh(noteChanges)
  useEditing(party.id, 'notes.new', body.trim() !== '')
  const pinned = useQuery(noteApi.ofParty.query({ params: { id: party.id }, query: { pinned: true } }))
  const pins = useKept(pinned.data?.items ?? [], ({ id }) => id)
  const save = useMutation({
    mutationFn: () => noteApi.add({ params: { id: party.id }, body: { body } }),
    onSuccess: () => {
      setBody('')
      fresh()
    },
  })
  const send = () => {
    if (body.trim() !== '' && !save.isPending) save.mutate()
  }
  return (
    <>
      {/* What is half written stays, also when the customer went to the trash meanwhile. */}
      {(may || body !== '') && (
        <section className="nbox" aria-label={say('notes')}>
          <Writer
            party_id={party.id}
            label={say('write_label')}
            value={body}
            onChange={setBody}
            onSave={send}
          />
          <Problem error={save.error} />
          {body.trim() !== '' && (
            <div className="nacts">
              <span className="mut s12 hm">{say('marks')}</span>
              <Button className="sp" size="small" type="primary" loading={save.isPending} onClick={send}>
                {say('add_note')}
              </Button>
            </div>
          )}
        </section>
      )}
      {pins.length > 0 && (
        <ul className="npins" aria-label={say('pinned')}>
          {pins.map(({ one, key, line }) => (
            <KeptIn key={key} line={line}>
              <li>
                <NoteView note={one} party={party} />
              </li>
            </KeptIn>
          ))}
        </ul>
      )}
    </>
  )
}

/** One note in the stream. */
export const NoteRow = ({ entry, party }: { entry: TimelineEntry; party: Party }) => (
  <div className="wide">
    <NoteView
      note={{ ...(entry.data as Omit<Note, 'id' | 'created_at'>), id: entry.id, created_at: entry.at }}
      party={party}
    />
  </div>
)

function NoteView({ note, party }: { note: Note; party: Party }) {
  const say = useText(text)
  const can = useCan()
  const may = useMayChange(party, 'notes:write') && party.live
  const toast = useToast()
  const fresh = useFresh(noteChanges)
  const [state, setState] = useState<'seen' | 'edited' | 'history'>('seen')
  const params = { id: party.id, note_id: note.id }
  const fail = (error: Error) =>
    toast.error(say('not_saved', { why: problemOf(error)?.detail || error.message }))
  const run: Record<string, () => Promise<unknown>> = {
    pin: () => noteApi.change({ params, body: { pinned: !note.pinned }, if_match: `"${note.version}"` }),
    trash: () =>
      noteApi.remove({ params }).then(() =>
        toast.ok(say('trashed'), {
          label: say('undo'),
          run: () => void noteApi.restore({ params }).then(fresh, fail),
        }),
      ),
  }
  const act = (what: string) => {
    if (what === 'edit') setState('edited')
    else if (what === 'history') setState(state === 'history' ? 'seen' : 'history')
    else void run[what]?.().then(fresh, fail)
  }
  if (state === 'edited') return <NoteEdit note={note} close={() => setState('seen')} />
  const options = [
    ...(may
      ? [
          { value: 'edit', label: say('edit') },
          { value: 'pin', label: say(note.pinned ? 'unpin' : 'pin') },
          { value: 'trash', label: say('trash') },
        ]
      : []),
    ...(note.edited_at && can('notes:read') ? [{ value: 'history', label: say('history') }] : []),
  ]
  return (
    <>
      <div className="nhead">
        <span className="b">{note.author.name ?? say('system')}</span>
        {note.pinned && <span className="mut s12 nw">{say('pinned')}</span>}
        {note.edited_at && <span className="mut s12 nw">{say('edited')}</span>}
        <EditingHere id={party.id} field={`notes.${note.id}`} />
        <span className="sp" />
        {options.length > 0 && (
          <Choice label={say('actions')} options={options} onPick={act}>
            <button type="button" className="ib xs" aria-label={say('actions')}>
              <Icon name="more" />
            </button>
          </Choice>
        )}
      </div>
      <Marked body={note.body} />
      {state === 'history' && <Before note={note} />}
    </>
  )
}

function Before({ note }: { note: Note }) {
  const say = useText(text)
  const { data } = useQuery(noteApi.history.query({ params: { id: note.party_id, note_id: note.id } }))
  return (
    <ul className="dlist">
      {data?.items.map((one) => (
        <li key={one.at}>
          <span className="mut s12">
            {one.by.name ?? say('system')} · <When at={one.at} time />
          </span>
          {one.body === null ? (
            <p className="mut s12">{say('erased_version')}</p>
          ) : (
            <Marked body={one.body} />
          )}
        </li>
      ))}
    </ul>
  )
}
