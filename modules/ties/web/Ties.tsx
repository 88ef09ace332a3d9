import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Go, Tag, useText } from '../../../apps/web/ui/index.ts'
import { Block, Editable } from '../../../apps/web/ui/inplace/inplace.tsx'
import { KeptIn, type KeptLine, useKept } from '../../../apps/web/ui/inplace/kept.tsx'
import type { Party } from '../../parties/contract.ts'
import type { PartyPartProps } from '../../parties/web/part.ts'
import { useMayChange } from '../../parties/web/usePartyWrite.ts'
import { EditingHere } from '../../presence/web/EditingHere.tsx'
import type { Tie } from '../contract.ts'
import { changes, type TiesProps, usePeriod } from './shared.ts'
import { TieForm } from './TieForm.tsx'
import { Group, Household } from './Together.tsx'
import { text } from './text.ts'
import { tieApi } from './tieApi.ts'
import './ties.css'

/** Where a person works and with whom they live; who works at an organisation and to which group it belongs. */
export function Ties({ party }: PartyPartProps) {
  const may = useMayChange(party, 'ties:write') && party.live
  const { data } = useQuery(tieApi.ofParty.query({ params: { id: party.id } }))
  if (!data) return null
  const props = { party, may, ties: data.items }
  return (
    <>
      <Work {...props} />
      {party.kind === 'organisation' ? <Group {...props} /> : <Household {...props} />}
    </>
  )
}

function Work({ party, may, ties }: TiesProps) {
  const say = useText(text)
  const [adding, setAdding] = useState(false)
  const [past, setPast] = useState(false)
  const mine = ties.filter(({ kind }) => kind === 'works_at')
  const over = mine.filter(({ current, until }) => !current && until !== null)
  const lived = mine.filter((tie) => !over.includes(tie))
  // A tie that ends while one writes in it stays above.
  const now = useKept(lived, ({ id }) => id).map((kept) => {
    const one = over.find(({ id }) => id === kept.key)
    return one ? { ...kept, one, line: { ...kept.line, gone: false } } : kept
  })
  const ended = useKept(
    over.filter(({ id }) => !now.some(({ key }) => key === id)),
    ({ id }) => id,
  )
  const person = party.kind === 'person'
  if (!may && mine.length + now.length + ended.length === 0) return null
  const lines = (items: readonly KeptLine<Tie>[]) =>
    items.map(({ one, key, line }) => (
      <KeptIn key={key} line={line}>
        <Line tie={one} party={party} may={may} />
      </KeptIn>
    ))
  return (
    <Block
      title={say(person ? 'organisations' : 'people')}
      count={lived.length}
      add={may && say(person ? 'add_organisation' : 'add_person')}
      onAdd={() => setAdding(true)}
    >
      {mine.length + now.length + ended.length === 0 && !adding && (
        <p className="mut s13">{say(person ? 'none_organisations' : 'none_people')}</p>
      )}
      <ul className="dlist">
        {lines(now)}
        {past && lines(ended)}
      </ul>
      {over.length > 0 && (
        <button type="button" className="lnk s12" aria-expanded={past} onClick={() => setPast(!past)}>
          {past ? say('hide_past') : say('past', { n: over.length })}
        </button>
      )}
      {adding && <TieForm kind="works_at" party={party} close={() => setAdding(false)} />}
    </Block>
  )
}

function Line({ tie, party, may }: { tie: Tie; party: Party; may: boolean }) {
  const say = useText(text)
  const period = usePeriod()
  const below = [tie.title, tie.department, period(tie)].filter(Boolean).join(' · ')
  return (
    <Editable
      name={tie.other.name}
      may={may}
      changes={changes}
      remove={() => tieApi.remove({ params: { id: party.id, tie_id: tie.id } })}
      form={(close) => <TieForm kind={tie.kind} party={party} tie={tie} close={close} />}
      head={
        <>
          <Go to={`/customers/${tie.other.id}`} className={tie.current ? 'lnk b cut' : 'lnk cut tpast'}>
            {tie.other.name}
          </Go>
          {tie.is_primary && tie.side === 'from' && <Tag>{say('primary')}</Tag>}
          <span className="sp" />
        </>
      }
    >
      {below && <p className="s12 sec">{below}</p>}
      <EditingHere id={party.id} field={`ties.${tie.id}`} />
    </Editable>
  )
}
