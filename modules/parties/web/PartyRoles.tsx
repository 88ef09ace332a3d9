import Button from 'antd/es/button'
import { useState } from 'react'
import { Choice, Icon, useLocale, useText, useToast } from '../../../apps/web/ui/index.ts'
import { formatTime } from '../../../kernel/text.ts'
import { EditingHere } from '../../presence/web/EditingHere.tsx'
import { useEditing } from '../../presence/web/here.ts'
import type { MarketRole, Party, PartyRole } from '../contract.ts'
import { ClashPanel } from './Clash.tsx'
import { useMarketRoles } from './labels/OwnWords.tsx'
import { text } from './party.text.ts'
import { partyApi } from './partyApi.ts'
import { text as listText } from './text.ts'
import { Clashed, usePartyWrite, useWhy } from './usePartyWrite.ts'

/** Market roles with their dates: what was ended stays, in grey. */
export function PartyRoles({ party, may }: { party: Party; may: boolean }) {
  const say = useText(text)
  const word = useText(listText)
  const { run, write } = useRun(party)
  const offered = useMarketRoles()
  const free = offered.filter((role) => !party.roles.some((held) => held.role === role && held.active))
  return (
    <section className="blk" aria-label={say('roles')}>
      <h2>
        {say('roles')}
        <span className="r" />
        {may && free.length > 0 && (
          <Choice
            label={say('add_role')}
            options={free.map((value) => ({ value, label: word(value) }))}
            onPick={(role) =>
              run(
                write(() =>
                  partyApi.addRole({ params: { id: party.id }, body: { role: role as MarketRole } }),
                ),
              )
            }
          >
            <button type="button" className="ib" title={say('add_role')} aria-label={say('add_role')}>
              <Icon name="plus" />
            </button>
          </Choice>
        )}
      </h2>
      <EditingHere id={party.id} field="role" />
      {party.roles.length === 0 && <p className="mut s13">{say('no_roles')}</p>}
      <ul className="pcps dates">
        {party.roles.map((role) => (
          <Held key={role.id} party={party} role={role} may={may} />
        ))}
      </ul>
    </section>
  )
}

function useRun(party: Party) {
  const say = useText(text)
  const why = useWhy()
  const toast = useToast()
  const { write } = usePartyWrite(party)
  const run = (work: Promise<unknown>) =>
    void work.catch((error: unknown) => toast.error(say('not_saved', { why: why(error) })))
  return { run, write }
}

function Held({ party, role, may }: { party: Party; role: PartyRole; may: boolean }) {
  const say = useText(text)
  const word = useText(listText)
  const locale = useLocale()
  const { run, write } = useRun(party)
  const params = { id: party.id, party_role_id: role.id }
  const day = (at: string) => formatTime(at, locale, 'UTC', { dateStyle: 'medium' })
  const dates = role.until
    ? say('from_to', { from: day(role.since), to: day(role.until) })
    : say('since', { day: day(role.since) })
  const [dating, setDating] = useState(false)
  const today = new Date().toISOString().slice(0, 10)
  const act = (what: string) => {
    if (what === 'dates') return setDating(true)
    run(
      write(
        (if_match) =>
          what === 'remove'
            ? partyApi.removeRole({ params, if_match })
            : partyApi.updateRole({ params, if_match, body: { until: what === 'end' ? today : null } }),
        (now) => now.roles.find(({ id }) => id === role.id),
      ),
    )
  }
  const options = [
    role.until ? { value: 'go_on', label: say('go_on') } : { value: 'end', label: say('end_today') },
    { value: 'dates', label: say('change_dates') },
    { value: 'remove', label: say('remove') },
  ]
  if (dating)
    return (
      <li className="form">
        <DatesForm party={party} role={role} onDone={() => setDating(false)} />
      </li>
    )
  return (
    <li className={role.active ? '' : 'over'}>
      <Icon name={role.active ? 'check' : 'clock'} />
      <span className="v">{word(role.role)}</span>
      <span className="st mut">{dates}</span>
      {may && (
        <Choice label={say('actions_for', { name: word(role.role) })} options={options} onPick={act}>
          <button type="button" className="ib xs" aria-label={say('actions_for', { name: word(role.role) })}>
            <Icon name="more" />
          </button>
        </Choice>
      )}
    </li>
  )
}

const datesSaid = (since: string, until: string | null) => [since, until].filter(Boolean).join(' → ')

type DatesProps = { party: Party; role: PartyRole; onDone: () => void }
function DatesForm({ party, role, onDone }: DatesProps) {
  const say = useText(text)
  const word = useText(listText)
  const why = useWhy()
  const { write } = usePartyWrite(party)
  const [since, setSince] = useState(role.since)
  const [until, setUntil] = useState(role.until ?? '')
  const [problem, setProblem] = useState<string>()
  const [begun] = useState(party)
  const [clash, setClash] = useState(false)
  useEditing(party.id, 'role', true)
  const submit = (base = begun) =>
    write(
      (if_match) =>
        partyApi.updateRole({
          params: { id: party.id, party_role_id: role.id },
          body: { since, until: until || null },
          if_match,
        }),
      (now) => now.roles.find(({ id }) => id === role.id),
      base,
    ).then(onDone, (error: unknown) => {
      if (error instanceof Clashed) setClash(true)
      else setProblem(say('not_saved', { why: why(error) }))
    })
  const day = (label: string, value: string, onChange: (value: string) => void, required: boolean) => (
    <label className="dated">
      <span className="mut s12">{label}</span>
      <input
        className="inlf"
        type="date"
        value={value}
        required={required}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  )
  return (
    <form
      className="pform"
      aria-label={`${word(role.role)} ${say('change_dates')}`}
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onDone()
      }}
    >
      <span>{word(role.role)}</span>
      {day(say('field.since'), since, setSince, true)}
      {day(say('field.until'), until, setUntil, false)}
      {clash && (
        <ClashPanel
          party={party}
          field="role"
          subject_id={role.id}
          mine={datesSaid(since, until)}
          theirs={datesSaid(role.since, role.until)}
          onMine={() => void submit(party)}
          onTheirs={onDone}
        />
      )}
      {problem && (
        <span className="inlp" role="alert">
          {problem}
        </span>
      )}
      <div className="row">
        <Button size="small" type="primary" htmlType="submit">
          {say('save')}
        </Button>
        <Button size="small" onClick={onDone}>
          {say('cancel')}
        </Button>
      </div>
    </form>
  )
}
