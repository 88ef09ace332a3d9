import { useQuery } from '@tanstack/react-query'
import { Go, useText } from '../../../apps/web/ui/index.ts'
import type { TimelineEntry } from '../../parties/contract.ts'
import type { PartyPart, PartyPartProps } from '../../parties/web/part.ts'
import type { Tie } from '../contract.ts'
import { usePeriod } from './shared.ts'
import { Ties } from './Ties.tsx'
import { text } from './text.ts'
import { tieApi } from './tieApi.ts'

type Told = Pick<Tie, 'kind' | 'side' | 'other' | 'title' | 'department' | 'since' | 'until'>

function Row({ entry }: { entry: TimelineEntry }) {
  const say = useText(text)
  const period = usePeriod()
  const tie = entry.data as Told
  const below = [tie.title, tie.department, period(tie)].filter(Boolean).join(' · ')
  return (
    <div className="cut">
      <Go to={`/customers/${tie.other.id}`} className="lnk tline1">
        {say(`line.${tie.kind}.${tie.side}`, { name: tie.other.name })}
      </Go>
      {below && <span className="mut s12"> {below}</span>}
    </div>
  )
}

/** 华东机电 · 采购总监, beside the name. */
function Who({ party }: PartyPartProps) {
  const { data } = useQuery({
    ...tieApi.ofParty.query({ params: { id: party.id } }),
    enabled: party.kind === 'person',
  })
  const work = data?.items.find(
    ({ kind, current, side }) => kind === 'works_at' && current && side === 'from',
  )
  if (!work) return null
  return (
    <Go to={`/customers/${work.other.id}`} className="lnk">
      {[work.other.name, work.title].filter(Boolean).join(' · ')}
    </Go>
  )
}

/** What ties add to the page of a party. */
export const tiesPart: PartyPart = {
  may: 'ties:read',
  Who,
  Facts: Ties,
  timeline: { kind: 'ties', label: { zh: '关系', en: 'Ties' }, icon: () => 'link', Row },
}
