import { useState } from 'react'
import { Go, useText } from '../../../apps/web/ui/index.ts'
import type { Party } from '../../parties/contract.ts'
import { usePartyQuality } from './ContactCheck.tsx'
import { Score } from './figures.tsx'
import { RemedyForm } from './Remedy.tsx'
import { useSays } from './says.ts'
import { text } from './text.ts'
import './quality.css'

/** On the page of a party: the score, why it is not 100, and what to do about each. */
export function PartyQuality({ party, may }: { party: Party; may: boolean }) {
  const say = useText(text)
  const { says } = useSays()
  const [open, setOpen] = useState<string>()
  const { data, refetch } = usePartyQuality(party)
  if (!data || !party.live) return null
  return (
    <section className="blk" aria-label={say('party_title')}>
      <h2>
        {say('party_title')}
        <span className="r">
          <Score score={data.score} band={data.band} />
        </span>
      </h2>
      {data.reasons.length === 0 && (
        <p className="mut s13">{say(data.score === null ? 'party_none' : 'party_good')}</p>
      )}
      <ul className="qparty">
        {data.reasons.map((reason) => {
          const skip = data.skips.find(({ code }) => code === reason.code)
          return (
            <li key={reason.code}>
              <span className={skip ? 'mut' : ''} title={skip ? skip.reason : undefined}>
                {says(reason)}
                {skip && ` · ${say('skipped')}`}
              </span>
              {reason.remedy === 'merge' ? (
                <Go to="/duplicates" className="lnk s12">
                  {say('merge')}
                </Go>
              ) : (
                may &&
                reason.remedy !== 'look' &&
                reason.remedy !== 'fill_fields' && (
                  <button type="button" className="lnk s12" onClick={() => setOpen(reason.code)}>
                    {say(reason.remedy)}
                  </button>
                )
              )}
              {open === reason.code && (
                <RemedyForm
                  party={party}
                  reason={reason}
                  onDone={() => {
                    setOpen(undefined)
                    void refetch()
                  }}
                  onClose={() => setOpen(undefined)}
                />
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
