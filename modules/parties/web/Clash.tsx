import { useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import type { ReactNode } from 'react'
import { useLocale, useText, useZone } from '../../../apps/web/ui/index.ts'
import { formatTime } from '../../../kernel/text.ts'
import type { Party } from '../contract.ts'
import { text } from './party.text.ts'
import { partyApi } from './partyApi.ts'
import { useActor } from './useActor.ts'

type About = {
  party: Party
  /** as history names it */
  field: string
  /** of a contact point or a role: which */
  subject_id?: number
}

/** Who last changed it, and when; of what is not on record, nothing. */
export function useWhoChanged({ party, field, subject_id }: About): { name: string; at: string } | undefined {
  const actor = useActor()
  const zone = useZone()
  const locale = useLocale()
  const { data } = useQuery({
    ...partyApi.history.query({ params: { id: party.id }, query: { limit: 50 } }),
    queryKey: [...partyApi.history.key, 'who', party.id, party.version],
  })
  const item = data?.items.find((one) =>
    subject_id === undefined
      ? one.changes.some((change) => change.field === field)
      : one.subject !== 'party' && one.subject_id === subject_id,
  )
  if (!item) return undefined
  const today = Date.now() - Date.parse(item.at) < 12 * 3_600_000
  return {
    name: actor(item.actor),
    at: formatTime(item.at, locale, zone, { ...(today ? {} : { dateStyle: 'medium' }), timeStyle: 'short' }),
  }
}

type ClashProps = About & {
  mine: ReactNode
  theirs: ReactNode
  busy?: boolean
  onMine: () => void
  onTheirs: () => void
  /** text can go on being written */
  onEdit?: (() => void) | undefined
  onBoth?: (() => void) | undefined
}

/** Both values beside each other, with whose and when; nothing is saved until one is chosen. */
export function ClashPanel(props: ClashProps) {
  const { mine, theirs, busy = false, onMine, onTheirs, onEdit, onBoth, ...about } = props
  const say = useText(text)
  const who = useWhoChanged(about)
  const empty = <span className="mut">{say('empty_value')}</span>
  return (
    <div className="clash" role="alert">
      <p>{who ? say('clash_by', who) : say('clash')}</p>
      <div className="sides">
        <div>
          <span className="lb">{say('clash_mine')}</span>
          <div className="val">{mine || empty}</div>
          <Button size="small" type="primary" disabled={busy} onClick={onMine}>
            {say('use_mine')}
          </Button>
        </div>
        <div>
          <span className="lb">{who ? say('clash_theirs', { name: who.name }) : say('clash_other')}</span>
          <div className="val">{theirs || empty}</div>
          <Button size="small" disabled={busy} onClick={onTheirs}>
            {say('use_theirs')}
          </Button>
        </div>
      </div>
      {(onEdit || onBoth) && (
        <div className="row">
          {onEdit && (
            <button type="button" className="lnk s12" onClick={onEdit}>
              {say('keep_editing')}
            </button>
          )}
          {onBoth && (
            <button type="button" className="lnk s12" onClick={onBoth}>
              {say('keep_both')}
            </button>
          )}
        </div>
      )}
    </div>
  )
}
