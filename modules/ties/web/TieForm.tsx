import { useState } from 'react'
import { useText } from '../../../apps/web/ui/index.ts'
import { Field, MiniForm, Pick, Tick } from '../../../apps/web/ui/inplace/inplace.tsx'
import type { Party } from '../../parties/contract.ts'
import { EditingHere } from '../../presence/web/EditingHere.tsx'
import { useEditing } from '../../presence/web/here.ts'
import { useLastOf } from '../../presence/web/lastOf.ts'
import type { Tie, TieWrite } from '../contract.ts'
import { ends, otherSide, relations, type Side, type TieKind } from '../rules.ts'
import { PartyPicker, type Picked } from './PartyPicker.tsx'
import { changes } from './shared.ts'
import { text } from './text.ts'
import { tieApi } from './tieApi.ts'

type FormProps = { kind: TieKind; party: Party; tie?: Tie; side?: Side; close: () => void }

/** Search for the other one or make it in place; the rest may be left empty. */
export function TieForm({ kind, party, tie, side: fixed, close }: FormProps) {
  const say = useText(text)
  const work = kind === 'works_at'
  const [side, setSide] = useState<Side>(
    tie?.side ?? fixed ?? (work && party.kind === 'person' ? 'from' : 'to'),
  )
  const [other, setOther] = useState<Picked>()
  const wanted = ends[kind][otherSide(side)]
  const field = `ties.${tie?.id ?? 'new'}`
  useEditing(party.id, field, true)
  const last = useLastOf(party.id, field)
  const save = (of: (name: string) => string, if_match: string | null) => {
    const body = {
      title: of('title'),
      department: of('department'),
      since: of('since') || null,
      until: of('until') || null,
      source: of('source'),
      ...(work ? { is_primary: of('is_primary') === 'on' } : {}),
      ...(kind === 'household' ? { relation: (of('relation') || null) as TieWrite['relation'] & {} } : {}),
    }
    if (tie && if_match !== null)
      return tieApi.change({
        params: { id: party.id, tie_id: tie.id },
        body,
        if_match,
      })
    const to = tie ? { id: tie.other.id } : other
    if (!to) return Promise.reject(new Error(say('choose')))
    const end = 'id' in to ? { other_id: to.id } : { create: { name: to.create, kind: wanted } }
    return tieApi.add({ params: { id: party.id }, body: { kind, side, ...end, ...body } })
  }
  const label = work
    ? say(wanted === 'person' ? 'add_person' : 'add_organisation')
    : say(kind === 'household' ? 'add_member' : 'add_parent')
  return (
    <MiniForm label={label} close={close} changes={changes} save={save} now={tie && knownOf(tie)} last={last}>
      {tie && <EditingHere id={party.id} field={field} />}
      {!tie && (
        <PartyPicker
          label={say(wanted === 'person' ? 'who' : 'which')}
          kind={wanted}
          except={party.id}
          value={other}
          onPick={setOther}
        />
      )}
      {!tie && !work && !fixed && (
        <Pick
          name="side"
          label={say('role')}
          value={side}
          options={
            kind === 'household'
              ? [
                  ['to', say('member_is')],
                  ['from', say('head_is')],
                ]
              : [
                  ['to', say('subsidiary')],
                  ['from', say('parent')],
                ]
          }
          onChange={(value) => setSide(value as Side)}
        />
      )}
      {work && (
        <>
          <Field name="title" label={say('title')} value={tie?.title} />
          <Field name="department" label={say('department')} value={tie?.department} />
        </>
      )}
      {kind === 'household' && (
        <Pick
          name="relation"
          label={say('relation')}
          value={tie?.relation ?? ''}
          options={[
            ['', '—'],
            ...relations.map((key) => [key, say(key === 'parent' ? 'relation.parent' : key)] as const),
          ]}
        />
      )}
      <Field name="since" label={say('since')} type="date" value={tie?.since} />
      <Field name="until" label={say('until')} type="date" value={tie?.until} />
      {work && side === 'from' && (
        <Tick name="is_primary" label={say('is_primary')} on={tie?.is_primary ?? false} wide />
      )}
      {work && side === 'to' && tie?.is_primary && <input type="hidden" name="is_primary" value="on" />}
      <Field name="source" label={say('source')} value={tie?.source} hint={say('source_hint')} wide />
    </MiniForm>
  )
}

const knownOf = ({ version, title, department, relation, since, until, is_primary, source }: Tie) => ({
  version,
  values: {
    title,
    department,
    relation: relation ?? '',
    since: since ?? '',
    until: until ?? '',
    is_primary: is_primary ? 'on' : '',
    source,
  },
})
