import { useQuery } from '@tanstack/react-query'
import { useJoin, useLocale, useText, useZone } from '../../../apps/web/ui/index.ts'
import { formatTime } from '../../../kernel/text.ts'
import type { Party } from '../../parties/contract.ts'
import { text as served } from '../text.ts'
import { erasureApi } from './erasureApi.ts'
import { text } from './text.ts'
import './erase.css'

/** On the page of a shell: when, by whom, on what ground, and what had to stay. */
export function ErasedNotice({ party }: { party: Party }) {
  const say = useText(text)
  const words = useText(served)
  const locale = useLocale()
  const zone = useZone()
  const join = useJoin()
  const { data } = useQuery({
    ...erasureApi.record.query({ params: { id: party.id } }),
    enabled: party.erased_at !== null,
  })
  const erasure = data?.erasure
  if (!erasure) return null
  const kept = erasure.parts.filter(({ fate }) => fate === 'kept')
  const at = formatTime(erasure.at, locale, zone, { dateStyle: 'long', timeStyle: 'short' })
  return (
    <div className="ernote" role="note">
      <p>
        {say('notice', {
          at,
          who: erasure.by.name ?? say('system'),
          ground: words(`ground.${erasure.ground}`),
        })}
        {erasure.reference && <span className="mut"> · {erasure.reference}</span>}
        {erasure.reapplied_at && <span className="mut"> · {say('notice_again')}</span>}
      </p>
      {kept.length > 0 && (
        <p className="mut s13">
          {say('notice_kept', { kept: join(kept.map(({ label, count }) => `${label} ${count}`)) })}
        </p>
      )}
    </div>
  )
}
