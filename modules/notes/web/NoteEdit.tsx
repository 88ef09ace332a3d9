import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useEffect, useState } from 'react'
import { problemOf, useText } from '../../../apps/web/ui/index.ts'
import { Gone, useLast } from '../../../apps/web/ui/inplace/Gone.tsx'
import { Problem } from '../../../apps/web/ui/inplace/inplace.tsx'
import { useKeptHere } from '../../../apps/web/ui/inplace/kept.tsx'
import { Sides } from '../../../apps/web/ui/inplace/Sides.tsx'
import { EditingHere } from '../../presence/web/EditingHere.tsx'
import { useEditing } from '../../presence/web/here.ts'
import { useLastOf } from '../../presence/web/lastOf.ts'
import type { Note } from '../contract.ts'
import { noteApi } from './noteApi.ts'
import { noteChanges } from './noteChanges.ts'
import { text } from './text.ts'
import { Writer } from './Writer.tsx'

/** Saved over what one saw when one began; what another wrote meanwhile stands beside it. */
export function NoteEdit({ note: listed, close }: { note: Note; close: () => void }) {
  const say = useText(text)
  const queries = useQueryClient()
  const { lost, note, setLost } = useThere(listed)
  const [base, setBase] = useState(note)
  const [body, setBody] = useState(note.body)
  const [clash, setClash] = useState(false)
  const params = { id: note.party_id, note_id: note.id }
  const field = `notes.${note.id}`
  useEditing(note.party_id, field, true)
  const again = () => {
    for (const queryKey of noteChanges) void queries.invalidateQueries({ queryKey })
  }
  const save = useMutation({
    mutationFn: (over: Note) => noteApi.change({ params, body: { body }, if_match: `"${over.version}"` }),
    onSuccess: () => {
      again()
      close()
    },
    onError: (error) => {
      const status = problemOf(error)?.status
      if (status === 404 || status === 410) setLost()
      else if (status === 412) setClash(true)
      else return
      again()
    },
  })
  const { mutate } = save
  const anew = useMutation({
    mutationFn: () => noteApi.add({ params: { id: note.party_id }, body: { body } }),
    onSuccess: () => {
      again()
      close()
    },
  })
  const newer = note.version !== base.version
  const rewritten = newer && note.body !== base.body
  useEffect(() => {
    if (!newer) return
    // Pinned meanwhile, or nothing of one's own yet: no words are lost either way.
    if (rewritten && body !== base.body && body !== note.body) return
    setBase(note)
    if (rewritten) setBody(note.body)
    else if (clash) mutate(note)
    setClash(false)
  }, [newer, rewritten, clash, note, body, base, mutate])
  const goOn = (next: string) => {
    setBase(note)
    setBody(next)
    setClash(false)
    save.reset()
  }
  const shown = rewritten && body !== note.body
  const last = useLast(useLastOf(note.party_id, field), (lost || shown) && `${note.version} ${lost}`)
  const submit = () => !shown && !clash && !lost && mutate(base)
  return (
    <div className="nedit">
      <Writer
        party_id={note.party_id}
        label={say('edit')}
        value={body}
        onChange={setBody}
        onSave={submit}
        onLeave={close}
        focus
      />
      {lost ? (
        <>
          <Gone
            last={last}
            written={() => body}
            busy={anew.isPending}
            onAnew={() => anew.mutate()}
            onLeave={close}
          />
          <Problem error={anew.error} />
        </>
      ) : shown ? (
        <Sides
          rows={[{ label: say('notes'), mine: body, theirs: note.body }]}
          by={last?.by}
          busy={save.isPending}
          onMine={() => mutate(note)}
          onTheirs={close}
          onEdit={() => goOn(body)}
          onBoth={() => goOn(`${note.body}\n${body}`)}
        />
      ) : (
        <>
          <EditingHere id={note.party_id} field={field} />
          <Problem error={clash ? null : save.error} />
        </>
      )}
      {!lost && (
        <div className="nacts">
          <Button
            size="small"
            type="primary"
            disabled={shown || clash}
            loading={save.isPending}
            onClick={submit}
          >
            {say('save')}
          </Button>
          <Button size="small" onClick={close}>
            {say('cancel')}
          </Button>
        </div>
      )}
    </div>
  )
}

/** What left this list may still be there, only not pinned any more; whether it was removed the server says. */
function useThere(listed: Note) {
  const left = useKeptHere()
  const [refused, setRefused] = useState(false)
  const all = useQuery({
    ...noteApi.ofParty.query({ params: { id: listed.party_id }, query: {} }),
    enabled: left && !refused,
    staleTime: 0,
  })
  const found = all.data?.items.find(({ id }) => id === listed.id)
  const lost = refused || (left && all.isSuccess && !all.isFetching && !found)
  return { lost, note: left && found ? found : listed, setLost: () => setRefused(true) }
}
