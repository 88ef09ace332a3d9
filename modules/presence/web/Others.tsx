import { useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { Avatar, useText } from '../../../apps/web/ui/index.ts'
import type { Party } from '../../parties/contract.ts'
import { useCustomNames } from '../../parties/web/useCustomFields.ts'
import type { Here, Present } from '../contract.ts'
import { useHere, useOthers } from './here.ts'
import { text } from './text.ts'
import './presence.css'

const SHOWN = 3

/** `李伟正在编辑备注`; of a field that one does not see only that somebody edits. */
export function useDoing(): (who: Pick<Present, 'name' | 'editing' | 'field'>) => string {
  const say = useText(text)
  const own = useCustomNames()
  return ({ name, editing, field }) => {
    if (!editing) return say('looking', { name })
    // Which of several stands beside the line itself.
    const part = `do.${field?.replace(/\.\d+$/, '')}`
    if (part in text) return say(part as 'do.notes', { name })
    const key = `in.${field}`
    const label = field === null ? undefined : own(field)
    const told = key in text ? say(key as 'in.note') : label && say('in.own', { label })
    return told ? say('editing_field', { name, field: told }) : say('editing', { name })
  }
}

/** Is here, and shows who else is; what another has saved meanwhile is fetched. */
export function Others({ id }: { id: number }) {
  const say = useText(text)
  const doing = useDoing()
  const people = useOthers(id)
  useFresh(id)
  return (
    // Always there, so that a reader of screens is told when somebody comes.
    <span role="status" aria-label={say('others')} className="here">
      {people.slice(0, SHOWN).map((who) => (
        <span key={who.user_id} className={who.editing ? 'who ed' : 'who'}>
          <Avatar name={who.name} small />
          {doing(who)}
        </span>
      ))}
      {people.length > SHOWN && <span className="mut">{say('more', { n: people.length - SHOWN })}</span>}
    </span>
  )
}

/** Every answer says which version the customer is and whether anything about them was recorded. */
function useFresh(id: number): void {
  const queries = useQueryClient()
  const seen = useRef<number | null | undefined>(undefined)
  const about = (key: readonly unknown[]) => {
    const asked = key.find((part) => typeof part === 'object' && part !== null) as Asked | undefined
    return asked?.params?.id === id || asked?.query?.party_id === id
  }
  // What is being fetched is not begun anew: on a slow line it would never arrive.
  const fetching = { cancelRefetch: false }
  const again = () =>
    void queries.invalidateQueries(
      { queryKey: ['parties', 'get'], predicate: ({ queryKey }) => about(queryKey) },
      fetching,
    )
  const heard = ({ version, stamp }: Here) => {
    const known = queries
      .getQueriesData<Party>({ queryKey: ['parties', 'get'] })
      .find(([key, data]) => data !== undefined && about(key))?.[1]
    const newer = known !== undefined && version > known.version
    const recorded = seen.current !== undefined && stamp !== null && stamp !== seen.current
    seen.current = stamp ?? seen.current ?? null
    if (newer) again()
    if (recorded) void queries.invalidateQueries({ predicate: ({ queryKey }) => about(queryKey) }, fetching)
  }
  // It may have been merged: the page of who it became is told by its own answer.
  useHere(id, heard, again)
}
type Asked = { params?: { id?: unknown }; query?: { party_id?: unknown } }
