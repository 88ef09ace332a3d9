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
  const patch = (body: PartyPatch) =>
    write((if_match) => partyApi.update({ params: { id: party.id }, body, if_match }))
  /** After a 412: what the party is now. */
  const again = () =>
    queries.fetchQuery({ ...partyApi.get.query({ params: { id: party.id } }), staleTime: 0 })
  return { write, patch, again, took }
}

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
