import { useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { type ReactNode, useState } from 'react'
import { Choice, type Option, useLocale, useText } from '../../../apps/web/ui/index.ts'
import { type ContactKind, contactKinds, type MarketRole, type Party } from '../../parties/contract.ts'
import { text as partyServed } from '../../parties/text.ts'
import { useMarketRoles } from '../../parties/web/labels/OwnWords.tsx'
import { partyApi } from '../../parties/web/partyApi.ts'
import { allRegions } from '../../parties/web/regions.ts'
import { text as partyText } from '../../parties/web/text.ts'
import { usePartyWrite, useWhy } from '../../parties/web/usePartyWrite.ts'
import { hows, type ReasonShape } from '../contract.ts'
import { text as served } from '../text.ts'
import { qualityApi } from './qualityApi.ts'
import { text } from './text.ts'

type RemedyProps = { party: Party; reason: ReasonShape; onDone: () => void; onClose: () => void }

/** The remedy of a reason, as a form of one line. */
export function RemedyForm(props: RemedyProps) {
  switch (props.reason.remedy) {
    case 'assign_owner':
      return <OwnerForm {...props} />
    case 'set_country':
      return <CountryForm {...props} />
    case 'add_role':
      return <RoleForm {...props} />
    case 'rename':
      return <NameForm {...props} />
    case 'add_contact':
      return <ContactForm {...props} />
    case 'correct_contact':
      return <CorrectForm {...props} />
    case 'verify_contact':
      return <VerifyForm {...props} />
    default:
      return null
  }
}

type FrameProps = {
  label: string
  ready: boolean
  save: () => Promise<unknown>
  onDone: () => void
  onClose: () => void
  children: ReactNode
}
function Frame({ label, ready, save, onDone, onClose, children }: FrameProps) {
  const say = useText(text)
  const why = useWhy()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const submit = async () => {
    setBusy(true)
    try {
      await save()
      onDone()
    } catch (error) {
      // What was typed stays, with the reason under it.
      setProblem(say('not_saved', { why: why(error) }))
      setBusy(false)
    }
  }
  return (
    <form
      className="qform"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) void submit()
      }}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      {children}
      <Button size="small" type="primary" htmlType="submit" loading={busy} disabled={!ready}>
        {say('save')}
      </Button>
      <Button size="small" onClick={onClose}>
        {say('cancel')}
      </Button>
      {problem && (
        <span className="inlp" role="alert">
          {problem}
        </span>
      )}
    </form>
  )
}

type PickProps = {
  label: string
  value: string
  options: readonly Option[]
  onPick: (value: string) => void
  first?: boolean
}
function Pick({ label, value, options, onPick, first = false }: PickProps) {
  const say = useText(text)
  const [open, setOpen] = useState(first && value === '')
  const shown = options.find((one) => one.value === value)?.label ?? say('choose')
  return (
    <Choice
      label={label}
      value={value}
      options={options}
      open={open && options.length > 0}
      onOpenChange={setOpen}
      onPick={onPick}
    >
      <button type="button" className="pick" aria-label={`${label}: ${shown}`}>
        {shown}
      </button>
    </Choice>
  )
}

function OwnerForm({ party, onDone, onClose }: RemedyProps) {
  const say = useText(text)
  const { patch } = usePartyWrite(party)
  const [owner, setOwner] = useState('')
  const owners = useQuery({ ...partyApi.owners.query(), staleTime: 60_000 })
  const options = (owners.data?.items ?? []).map(({ id, name, unit }) => ({
    value: String(id),
    label: name,
    note: unit.name,
  }))
  return (
    <Frame
      label={say('assign_owner')}
      ready={owner !== ''}
      save={() => patch({ owner_id: Number(owner) })}
      {...{ onDone, onClose }}
    >
      <Pick label={say('owner')} value={owner} options={options} onPick={setOwner} first />
    </Frame>
  )
}

function CountryForm({ party, onDone, onClose }: RemedyProps) {
  const say = useText(text)
  const locale = useLocale()
  const { patch } = usePartyWrite(party)
  const [country, setCountry] = useState('')
  return (
    <Frame
      label={say('set_country')}
      ready={country !== ''}
      save={() => patch({ country })}
      {...{ onDone, onClose }}
    >
      <Pick
        label={say('set_country')}
        value={country}
        options={allRegions(locale)}
        onPick={setCountry}
        first
      />
    </Frame>
  )
}

function RoleForm({ party, onDone, onClose }: RemedyProps) {
  const say = useText(text)
  const word = useText(partyText)
  const { write } = usePartyWrite(party)
  const [role, setRole] = useState('')
  const offered = useMarketRoles()
  return (
    <Frame
      label={say('add_role')}
      ready={role !== ''}
      save={() =>
        write(() => partyApi.addRole({ params: { id: party.id }, body: { role: role as MarketRole } }))
      }
      {...{ onDone, onClose }}
    >
      <Pick
        label={say('add_role')}
        value={role}
        options={offered.map((value) => ({ value, label: word(value) }))}
        onPick={setRole}
        first
      />
    </Frame>
  )
}

function Field(props: { label: string; value: string; max: number; onChange: (value: string) => void }) {
  return (
    <input
      className="inlf"
      // biome-ignore lint/a11y/noAutofocus: the form opens because its button or key was pressed
      autoFocus
      value={props.value}
      maxLength={props.max}
      aria-label={props.label}
      placeholder={props.label}
      onChange={(event) => props.onChange(event.target.value)}
    />
  )
}

function NameForm({ party, onDone, onClose }: RemedyProps) {
  const say = useText(text)
  const { patch } = usePartyWrite(party)
  const [name, setName] = useState(party.name)
  return (
    <Frame
      label={say('rename')}
      ready={name.trim() !== '' && name.trim() !== party.name}
      save={() => patch({ name: name.trim() })}
      {...{ onDone, onClose }}
    >
      <Field label={say('name')} value={name} max={300} onChange={setName} />
    </Frame>
  )
}

function ContactForm({ party, onDone, onClose }: RemedyProps) {
  const say = useText(text)
  const told = useText(partyServed)
  const { write } = usePartyWrite(party)
  const [kind, setKind] = useState<ContactKind>('phone')
  const [value, setValue] = useState('')
  return (
    <Frame
      label={say('add_contact')}
      ready={value.trim() !== ''}
      save={() =>
        write(() => partyApi.addContact({ params: { id: party.id }, body: { kind, value: value.trim() } }))
      }
      {...{ onDone, onClose }}
    >
      <Pick
        label={say('kind')}
        value={kind}
        options={contactKinds.map((one) => ({ value: one, label: told(`contact.${one}`) }))}
        onPick={(next) => setKind(next as ContactKind)}
      />
      <Field label={say('value')} value={value} max={1000} onChange={setValue} />
    </Frame>
  )
}

function CorrectForm({ party, reason, onDone, onClose }: RemedyProps) {
  const say = useText(text)
  const { write } = usePartyWrite(party)
  const point = party.contact_points.find(({ id }) => id === reason.contact_point_id)
  // Who sees only a part of it would overwrite the rest: they give a new one.
  const [value, setValue] = useState(point && !point.withheld ? point.value : '')
  if (!point) return null
  return (
    <Frame
      label={say('correct_contact')}
      ready={value.trim() !== '' && value.trim() !== point.value}
      save={() =>
        write((if_match) =>
          partyApi.updateContact({
            params: { id: party.id, contact_point_id: point.id },
            body: { value: value.trim() },
            if_match,
          }),
        )
      }
      {...{ onDone, onClose }}
    >
      <Field
        label={point.withheld ? point.value : say('value')}
        value={value}
        max={1000}
        onChange={setValue}
      />
    </Frame>
  )
}

export type How = (typeof hows)[number]
export const useHows = (): Option[] => {
  const word = useText(served)
  return hows.map((value) => ({ value, label: word(`how.${value}`) }))
}

function VerifyForm({ party, reason, onDone, onClose }: RemedyProps) {
  const say = useText(text)
  const { again } = usePartyWrite(party)
  const options = useHows()
  const point = party.contact_points.find(({ id }) => id === reason.contact_point_id)
  const [how, setHow] = useState<How>(point?.kind === 'email' ? 'email_answered' : 'phone_call')
  const [source, setSource] = useState('')
  if (!point) return null
  return (
    <Frame
      label={say('verify_contact')}
      ready
      save={async () => {
        await qualityApi.verify({
          params: { id: party.id, contact_point_id: point.id },
          body: { how, ...(source.trim() ? { source: source.trim() } : {}) },
        })
        await again()
      }}
      {...{ onDone, onClose }}
    >
      <span className="b">{point.value}</span>
      <Pick label={say('how')} value={how} options={options} onPick={(next) => setHow(next as How)} />
      <Field label={say('source_hint')} value={source} max={500} onChange={setSource} />
    </Frame>
  )
}
