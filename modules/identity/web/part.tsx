import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useCan, useLocale, useText, useZone } from '../../../apps/web/ui/index.ts'
import { formatTime } from '../../../kernel/text.ts'
import type { PartyPart, PartyPartProps } from '../../parties/web/part.ts'
import type { Merged } from '../contract.ts'
import { identityApi } from './identityApi.ts'
import { text } from './text.ts'
import './identity.css'

const PartDialog = lazy(() => import('./PartDialog.tsx'))

/** Who was merged into this party, when and by whom, and the way back. */
function Merges({ party }: PartyPartProps) {
  const say = useText(text)
  const can = useCan()
  const locale = useLocale()
  const zone = useZone()
  const [parting, setParting] = useState<Merged>()
  const { data } = useQuery(identityApi.merges.query({ params: { id: party.id } }))
  if (!data || data.items.length === 0) return null
  return (
    <section className="blk" aria-label={say('merges')}>
      <h2>
        {say('merges')}
        <span className="r">{data.items.length}</span>
      </h2>
      <ul className="idmerges">
        {data.items.map((merge) => (
          <li key={merge.merge_id}>
            <span className="b">{merge.party.name}</span> <span className="mut s12">#{merge.party.id}</span>
            <div className="sec s12">
              {say('merged_line', {
                who: merge.by.name ?? say('system'),
                at: formatTime(merge.at, locale, zone, { dateStyle: 'medium', timeStyle: 'short' }),
              })}
              {!merge.can_part && <> · {say('via', { name: merge.into.name })}</>}
            </div>
            {merge.can_part && can('parties:merge') && !party.erased_at && (
              <button type="button" className="lnk s12" onClick={() => setParting(merge)}>
                {say('part')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {parting && (
        <Suspense>
          <PartDialog party={party} merge={parting} onClose={() => setParting(undefined)} />
        </Suspense>
      )}
    </section>
  )
}

export const mergesPart: PartyPart = { may: 'parties:read', Side: Merges }
