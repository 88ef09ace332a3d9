import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Go, useText } from '../../../apps/web/ui/index.ts'
import type { Draft } from '../contract.ts'
import { identityApi } from './identityApi.ts'
import { BandTag } from './Reasons.tsx'
import { text } from './text.ts'
import './identity.css'

// A pause in typing.
const SETTLED_MS = 250
const SHOWN = 4

/**
 * While somebody is entered: who may be meant already, why, and how sure. Never in the way of saving.
 * `contactsOnly`: only those who share what is being typed, not just the name.
 */
export function Doubles({ draft, contactsOnly = false }: { draft: Draft; contactsOnly?: boolean }) {
  const say = useText(text)
  const [settled, setSettled] = useState(draft)
  const wanted = JSON.stringify(draft)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(wanted) as Draft), SETTLED_MS)
    return () => clearTimeout(timer)
  }, [wanted])
  const tells = (settled.name?.trim().length ?? 0) > 1 || (settled.contact_points?.length ?? 0) > 0
  const { data } = useQuery({
    ...identityApi.check.query({ body: settled }),
    enabled: tells,
    placeholderData: (earlier) => earlier,
    staleTime: 0,
    gcTime: 0,
  })
  const candidates = (data?.candidates ?? []).filter(
    ({ reasons }) =>
      !contactsOnly || reasons.some(({ kind, weight }) => weight > 0 && !kind.startsWith('name')),
  )
  const elsewhere = contactsOnly ? [] : (data?.elsewhere ?? [])
  if (!tells || candidates.length + elsewhere.length === 0) return null
  return (
    <div className="iddbl" role="status">
      {candidates.length > 0 && <h3>{say('maybe_there')}</h3>}
      <ul>
        {candidates.slice(0, SHOWN).map(({ party, band, reasons }) => (
          <li key={party.id}>
            <div className="l1">
              <Go to={`/customers/${party.id}`} className="lnk b" title={say('use_this')}>
                {party.name}
              </Go>
              <BandTag band={band} />
              <span className="mut s12 sp">{party.owner?.name ?? say('nobody')}</span>
            </div>
            <div className="why sec s12">
              {reasons
                .filter(({ weight }) => weight > 0)
                .map(({ kind, says, theirs }) => (
                  <span key={kind}>
                    {says} <span className="mut">{theirs}</span>
                  </span>
                ))}
            </div>
          </li>
        ))}
      </ul>
      {elsewhere.map(({ unit }) => (
        <p key={unit} className="s13">
          {say('elsewhere', { unit })}
        </p>
      ))}
    </div>
  )
}
