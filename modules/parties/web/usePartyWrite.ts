import { useQueryClient } from '@tanstack/react-query'
import { problemOf, useSession, useText } from '../../../apps/web/ui/index.ts'
import type { Party, PartyPatch } from '../contract.ts'
import { text } from './party.text.ts'
import { partyApi } from './partyApi.ts'

export const partyKey = (id: number) => partyApi.get.query({ params: { id } }).queryKey

/** What a write answers becomes what the page shows; what it changes elsewhere is fetched anew. */
export function usePartyWrite(party: Party) {
  const queries = useQueryClient()
  const key = partyKey(party.id)
  const took = (next: Party) => {
    queries.setQueryData(key, next)
    for (const stale of [partyApi.list.key, partyApi.history.key, partyApi.timeline.key, partyApi.tags.key])
      void queries.invalidateQueries({ queryKey: stale })
    return next
  }
  /** The version that one has seen: whoever changed it since is not overwritten unawares. */
  const seen = () => queries.getQueryData<Party>(key)?.version ?? party.version
  const write = async (send: (if_match: string) => Promise<Party>): Promise<Party> =>
    took(await send(`"${seen()}"`))
  const send = (body: PartyPatch) =>
    write((if_match) => partyApi.update({ params: { id: party.id }, body, if_match }))
  /** Shown at once and put back if it fails. What another changed meanwhile beside ours is merged; the same field is not. */
  const patch = async (body: PartyPatch): Promise<Party> => {
    const before = queries.getQueryData<Party>(key) ?? party
    const { name, kind, language, channel_preference, country, note, tags } = body
    const plain = { name, kind, language, channel_preference, country, note, tags }
    const known = Object.entries(plain).filter(([, value]) => value !== undefined)
    queries.setQueryData<Party>(key, { ...before, ...Object.fromEntries(known) })
    try {
      return await send(body)
    } catch (error) {
      queries.setQueryData(key, before)
      if (problemOf(error)?.status !== 412) throw error
      const theirs = await again().catch(() => undefined)
      const free =
        theirs && Object.keys(body).every((field) => same(stored(before, field), stored(theirs, field)))
      if (free) return send(body)
      throw error
    }
  }
  /** After a 412: what the party is now. */
  const again = () =>
    queries.fetchQuery({ ...partyApi.get.query({ params: { id: party.id } }), staleTime: 0 })
  return { write, patch, again, took }
}

/** A field as the API takes it: people and units by their ids. */
function stored(party: Party, field: string): unknown {
  if (field === 'owner_id') return party.owner?.id ?? null
  if (field === 'unit_id') return party.unit.id
  return party[field as keyof Party]
}
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

export function useWhy(): (error: unknown) => string {
  const say = useText(text)
  return (error) => {
    const problem = problemOf(error)
    if (problem?.status === 0) return say('offline')
    return problem?.detail || problem?.title || String(error)
  }
}

/** What to offer. Who may change only their own sees others' as they are; the rest the server decides. */
export function useMayChange(party: Party, permission: string): boolean {
  const now = useSession()
  const scope = now?.permissions[permission]
  if (party.erased_at) return false
  return scope === 'own' ? party.owner?.id === now?.user.id : scope !== undefined
}
