import { useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Modal from 'antd/es/modal'
import { useState } from 'react'
import { Choice, useCan, useText, useToast } from '../../../apps/web/ui/index.ts'
import type { ContactPoint, Party } from '../../parties/contract.ts'
import { partyApi } from '../../parties/web/partyApi.ts'
import { usePartyWrite, useWhy } from '../../parties/web/usePartyWrite.ts'
import { text as served } from '../text.ts'
import { qualityApi } from './qualityApi.ts'
import { type How, useHows } from './Remedy.tsx'
import { text } from './text.ts'
import './quality.css'

export type CheckWhat = 'verify' | 'wrong' | 'bounced' | 'withdrawn' | 'checks'

/** What the page knows of a party’s quality: asked once for all its parts. */
export function usePartyQuality(party: Party) {
  const can = useCan()
  return useQuery({
    ...qualityApi.ofParty.query({ params: { id: party.id } }),
    // A change of the party is another question.
    queryKey: [...qualityApi.ofParty.key, party.id, party.version],
    enabled: can('quality:read') && !party.erased_at,
    placeholderData: (before) => before,
  })
}

/** The newest check of the value as it is: who, how and when, for beside the contact point. */
export function useCheckOf(party: Party, contact_point_id: number) {
  const word = useText(served)
  const { data } = usePartyQuality(party)
  const check = data?.checks.find((one) => one.contact_point_id === contact_point_id && one.current)
  if (!check || check.outcome === 'withdrawn') return undefined
  const how = check.how ? word(`how.${check.how}`) : word(`outcome.${check.outcome}`)
  return {
    mark: check.outcome === 'verified' ? null : check.outcome,
    title: [how, check.by, check.checked_on, check.source].filter(Boolean).join(' · '),
  }
}

type CheckProps = { party: Party; point: ContactPoint; what: CheckWhat; onClose: () => void }

export function CheckDialog({ party, point, what, onClose }: CheckProps) {
  const say = useText(text)
  const titles = {
    verify: 'verify',
    wrong: 'mark_wrong',
    bounced: 'mark_bounced',
    withdrawn: 'withdraw',
    checks: 'checks',
  } as const
  return (
    <Modal open title={say(titles[what]).replace('…', '')} footer={null} onCancel={onClose} width={460}>
      <p className="b">{point.value}</p>
      {what === 'checks' ? (
        <Checks party={party} point={point} />
      ) : (
        <CheckForm party={party} point={point} what={what} onClose={onClose} />
      )}
    </Modal>
  )
}

function CheckForm({ party, point, what, onClose }: CheckProps & { what: Exclude<CheckWhat, 'checks'> }) {
  const say = useText(text)
  const toast = useToast()
  const why = useWhy()
  const queries = useQueryClient()
  const options = useHows()
  const { again } = usePartyWrite(party)
  const [how, setHow] = useState<How>(point.kind === 'email' ? 'email_answered' : 'phone_call')
  const [source, setSource] = useState('')
  const [day, setDay] = useState('')
  const [problem, setProblem] = useState<string>()
  const save = async () => {
    const params = { id: party.id, contact_point_id: point.id }
    const rest = { ...(source.trim() ? { source: source.trim() } : {}), ...(day ? { checked_on: day } : {}) }
    try {
      if (what === 'verify') await qualityApi.verify({ params, body: { how, ...rest } })
      else await qualityApi.mark({ params, body: { outcome: what, ...rest } })
      await again()
      for (const key of [qualityApi.ofParty.key, partyApi.history.key, partyApi.timeline.key])
        void queries.invalidateQueries({ queryKey: key })
      toast.ok(say('recorded'))
      onClose()
    } catch (error) {
      setProblem(say('not_saved', { why: why(error) }))
    }
  }
  const shown = options.find(({ value }) => value === how)?.label
  return (
    <form
      className="qform"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      {what === 'verify' && (
        <Choice label={say('how')} value={how} options={options} onPick={(next) => setHow(next as How)}>
          <button type="button" className="pick" aria-label={`${say('how')}: ${shown}`}>
            {shown}
          </button>
        </Choice>
      )}
      <input
        className="inlf"
        value={source}
        maxLength={500}
        aria-label={say('source')}
        placeholder={say('source_hint')}
        onChange={(event) => setSource(event.target.value)}
      />
      <input
        className="inlf"
        type="date"
        value={day}
        aria-label={say('on')}
        onChange={(event) => setDay(event.target.value)}
      />
      <Button type="primary" htmlType="submit">
        {say('save')}
      </Button>
      {problem && (
        <span className="inlp" role="alert">
          {problem}
        </span>
      )}
    </form>
  )
}

function Checks({ party, point }: { party: Party; point: ContactPoint }) {
  const say = useText(text)
  const word = useText(served)
  const { data } = usePartyQuality(party)
  const mine = (data?.checks ?? []).filter((one) => one.contact_point_id === point.id)
  if (mine.length === 0) return <p className="mut s13">{say('no_checks')}</p>
  return (
    <ul className="qreasons">
      {mine.map((one) => (
        <li key={one.id}>
          <span className="grow">
            {word(`outcome.${one.outcome}`)}
            {one.how && ` · ${word(`how.${one.how}`)}`}
            {one.source && <span className="mut"> · {one.source}</span>}
          </span>
          <span className="mut s12">{say('check_line', { by: one.by, day: one.checked_on })}</span>
        </li>
      ))}
    </ul>
  )
}
