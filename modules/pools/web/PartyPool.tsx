import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useCan, useMe, useText } from '../../../apps/web/ui/index.ts'
import type { Party } from '../../parties/contract.ts'
import { usePartyWrite } from '../../parties/web/usePartyWrite.ts'
import { Countdown, useClaim } from './PoolsPage.tsx'
import { poolApi } from './poolApi.ts'
import { ReturnDialog } from './ReturnDialog.tsx'
import { text } from './text.ts'

/** On the page of a customer: when they go back to the pool, or that one may have them. */
export function PartyPool({ party }: { party: Party }) {
  const say = useText(text)
  const can = useCan()
  const me = useMe()
  const { again } = usePartyWrite(party)
  const [returning, setReturning] = useState(false)
  const { data } = useQuery({
    ...poolApi.ofParty.query({ params: { id: party.id } }),
    queryKey: [...poolApi.ofParty.key, party.id, party.version],
    enabled: can('pools:claim') && party.live && !party.erased_at,
    retry: false,
  })
  const claim = useClaim(data?.pool?.id ?? 0)
  if (!data?.pool) return null
  return (
    <section className="blk" aria-label={say('party_title')}>
      <h2>{say('party_title')}</h2>
      <p className="s13 row">
        {party.owner ? (
          data.days_left === null ? (
            <span className="mut cut">{data.pool.name}</span>
          ) : (
            <Countdown row={data} />
          )
        ) : (
          <span className="cut">{say('in_pool', { name: data.pool.name })}</span>
        )}
        {data.claimable && (
          <button
            type="button"
            className="lnk sp"
            disabled={claim.isPending}
            onClick={() => claim.mutate([party.id], { onSuccess: () => void again() })}
          >
            {say('claim')}
          </button>
        )}
        {party.owner?.id === me.id && (
          <button type="button" className="lnk sp" onClick={() => setReturning(true)}>
            {say('return')}
          </button>
        )}
      </p>
      {returning && (
        <ReturnDialog
          party={party}
          onClose={() => setReturning(false)}
          onDone={() => {
            setReturning(false)
            void again()
          }}
        />
      )}
    </section>
  )
}
