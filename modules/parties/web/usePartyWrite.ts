import { useQueryClient } from '@tanstack/react-query'
import { problemOf, useSession, useText } from '../../../apps/web/ui/index.ts'
import type { Party, PartyPatch } from '../contract.ts'
import { type Clash, settle } from '../rules.conflict.ts'
import { text } from './party.text.ts'
import { partyApi } from './partyApi.ts'

export const partyKey = (id: number) => partyApi.get.query({ params: { id } }).queryKey

/** Another changed the same: what they made of it is in `theirs`, and nothing was sent. */
export class Clashed extends Error {
  readonly theirs: Party
  readonly clashes: readonly Clash[]
  constructor(theirs: Party, clashes: readonly Clash[] = []) {
    super('changed by somebody else')
    this.theirs = theirs
    this.clashes = clashes
  }
}

// Colleagues at work on one customer save seconds apart; whoever loses this often is told.
const TRIES = 4

/** What a write answers becomes what the page shows; what it changes elsewhere is fetched anew. */
export function usePartyWrite(party: Party) {
  const queries = useQueryClient()
  const key = partyKey(party.id)
  const current = () => queries.getQueryData<Party>(key) ?? party
  const took = (next: Party) => {
    queries.setQueryData(key, next)
    for (const stale of [partyApi.list.key, partyApi.history.key, partyApi.timeline.key, partyApi.tags.key])
      void queries.invalidateQueries({ queryKey: stale })
    return next
  }
  /** What the party is now. */
  const again = () =>
    queries.fetchQuery({ ...partyApi.get.query({ params: { id: party.id } }), staleTime: 0 })
  /**
   * At the version that one has seen. `about`: the part of it that this touches; as long as nobody changed that since
   * `base`, what they changed beside it is no hindrance.
   */
  const write = async (
    send: (if_match: string) => Promise<Party>,
    about?: (party: Party) => unknown,
    base: Party = current(),
  ): Promise<Party> => {
    let now = current()
    for (let tries = 1; ; tries++) {
      if (about && !same(about(base), about(now))) throw new Clashed(now)
      try {
        return took(await send(`"${now.version}"`))
      } catch (error) {
        if (!about || problemOf(error)?.status !== 412 || tries === TRIES) throw error
        now = await again()
      }
    }
  }
  /** Shown at once and put back if it fails. `base`: what one saw when one began to write. */
  const patch = async (body: PartyPatch, base: Party = current()): Promise<Party> => {
    let now = current()
    for (let tries = 1; ; tries++) {
      const { send, clashes } = settle(base, now, body)
      if (clashes.length > 0) throw new Clashed(now, clashes)
      if (!send) return now
      const { name, kind, language, channel_preference, country, note, tags } = send
      const plain = { name, kind, language, channel_preference, country, note, tags }
      const known = Object.entries(plain).filter(([, value]) => value !== undefined)
      queries.setQueryData<Party>(key, { ...now, ...Object.fromEntries(known) })
      try {
        return took(
          await partyApi.update({ params: { id: party.id }, body: send, if_match: `"${now.version}"` }),
        )
      } catch (error) {
        queries.setQueryData(key, now)
        if (problemOf(error)?.status !== 412 || tries === TRIES) throw error
        now = await again()
      }
    }
  }
  return { write, patch, again, took, current }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

export function useWhy(): (error: unknown) => string {
  const say = useText(text)
  return (error) => {
    if (error instanceof Clashed) return say('clash_elsewhere')
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
