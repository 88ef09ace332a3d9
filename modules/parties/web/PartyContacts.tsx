import Button from 'antd/es/button'
import { useState } from 'react'
import {
  Choice,
  Icon,
  IconButton,
  type IconName,
  problemOf,
  useLocale,
  useText,
  useToast,
  useZone,
  Withheld,
} from '../../../apps/web/ui/index.ts'
import { formatTime } from '../../../kernel/text.ts'
import { Doubles } from '../../identity/web/Doubles.tsx'
import { EditingHere } from '../../presence/web/EditingHere.tsx'
import { useEditing } from '../../presence/web/here.ts'
import { CheckDialog, type CheckWhat, useCheckOf } from '../../quality/web/ContactCheck.tsx'
import { text as qualityText } from '../../quality/web/text.ts'
import { type ContactKind, type ContactPoint, contactKinds, type Party } from '../contract.ts'
import { text as served } from '../text.ts'
import { ClashPanel } from './Clash.tsx'
import { text } from './party.text.ts'
import { partyApi } from './partyApi.ts'
import { Clashed, usePartyWrite, useWhy } from './usePartyWrite.ts'

const icons: Record<ContactKind, IconName> = {
  email: 'mail',
  phone: 'phone',
  wechat_openid: 'chat',
  wechat_unionid: 'chat',
  address: 'pin',
  web: 'file',
}
type Editing = ContactPoint | 'new' | undefined

export function PartyContacts({ party, may }: { party: Party; may: boolean }) {
  const say = useText(text)
  const [editing, setEditing] = useState<Editing>()
  // One that another removed while it is being written stays until it is decided.
  const lost = typeof editing === 'object' && !party.contact_points.some(({ id }) => id === editing.id)
  const points = lost ? [...party.contact_points, editing] : party.contact_points
  return (
    <section className="blk" aria-label={say('contacts')}>
      <h2>
        {say('contacts')}
        <span className="r">{points.length > 0 && points.length}</span>
        {may && <IconButton icon="plus" title={say('add_contact')} onClick={() => setEditing('new')} />}
      </h2>
      <EditingHere id={party.id} field="contact*" />
      {points.length === 0 && editing !== 'new' && <p className="mut s13">{say('no_contacts')}</p>}
      <ul className="pcps">
        {points.map((point) =>
          editing !== 'new' && editing?.id === point.id ? (
            <li key={point.id} className="form">
              <ContactForm party={party} point={point} onDone={() => setEditing(undefined)} />
            </li>
          ) : (
            <Point key={point.id} party={party} point={point} may={may} onEdit={() => setEditing(point)} />
          ),
        )}
      </ul>
      {editing === 'new' && <ContactForm party={party} onDone={() => setEditing(undefined)} />}
    </section>
  )
}

type PointProps = { party: Party; point: ContactPoint; may: boolean; onEdit: () => void }
function Point({ party, point, may, onEdit }: PointProps) {
  const say = useText(text)
  const told = useText(served)
  const toast = useToast()
  const why = useWhy()
  const word = useText(qualityText)
  const [checking, setChecking] = useState<CheckWhat>()
  const check = useCheckOf(party, point.id)
  const { write } = usePartyWrite(party)
  const params = { id: party.id, contact_point_id: point.id }
  const update = (body: Parameters<typeof partyApi.updateContact>[0]['body']) =>
    write(
      (if_match) => partyApi.updateContact({ params, body, if_match }),
      (now) => pointOf(now, point.id),
    )
  const run: Record<string, () => Promise<unknown> | undefined> = {
    unverify: () => update({ verified: false }),
    verify: () => void setChecking('verify'),
    wrong: () => void setChecking('wrong'),
    bounced: () => void setChecking('bounced'),
    withdrawn: () => void setChecking('withdrawn'),
    checks: () => void setChecking('checks'),
    prefer: () => update({ preferred: !point.preferred }),
    remove: () =>
      write(
        (if_match) => partyApi.removeContact({ params, if_match }),
        (now) => pointOf(now, point.id),
      ).then(() => toast.ok(say('removed', { name: point.value }))),
    change: () => void onEdit(),
  }
  const act = (what: string) =>
    void run[what]?.()?.catch((error: unknown) => toast.error(say('not_saved', { why: why(error) })))
  const options = [
    { value: 'verify', label: word('verify') },
    ...(point.verified_at ? [{ value: 'unverify', label: say('unverify') }] : []),
    ...(check?.mark
      ? [{ value: 'withdrawn', label: word('withdraw') }]
      : [
          { value: 'wrong', label: word('mark_wrong') },
          ...(point.kind === 'email' || point.kind === 'address'
            ? [{ value: 'bounced', label: word('mark_bounced') }]
            : []),
        ]),
    { value: 'checks', label: word('checks') },
    { value: 'prefer', label: say(point.preferred ? 'unprefer' : 'prefer') },
    // Who sees only a part of it would overwrite the rest.
    ...(point.withheld ? [] : [{ value: 'change', label: say('change') }]),
    { value: 'remove', label: say('remove') },
  ]
  return (
    <li>
      <Icon name={icons[point.kind]} />
      <span className="v" title={told(`contact.${point.kind}`)}>
        {point.withheld ? <Withheld value={point.value} /> : point.value}
        {(point.label || point.preferred) && (
          <span className="mut s12">
            {' '}
            {[point.label, point.preferred ? say('preferred') : ''].filter(Boolean).join(' · ')}
          </span>
        )}
      </span>
      {check?.mark ? (
        <span className="st warnc" title={check.title}>
          {word(`is_${check.mark}`)}
        </span>
      ) : (
        <Checked point={point} title={check?.title} />
      )}
      {checking && (
        <CheckDialog party={party} point={point} what={checking} onClose={() => setChecking(undefined)} />
      )}
      {may && (
        <Choice label={say('actions_for', { name: point.value })} options={options} onPick={act}>
          <button type="button" className="ib xs" aria-label={say('actions_for', { name: point.value })}>
            <Icon name="more" />
          </button>
        </Choice>
      )}
    </li>
  )
}

function Checked({ point: { verified_at }, title }: { point: ContactPoint; title: string | undefined }) {
  const say = useText(text)
  const locale = useLocale()
  const zone = useZone()
  if (!verified_at) return <span className="st mut">{say('unverified')}</span>
  const day = formatTime(
    verified_at,
    locale,
    zone,
    locale === 'en' ? { day: 'numeric', month: 'short' } : { month: '2-digit', day: '2-digit' },
  ).replace('/', '-')
  return (
    <span className="st okc" title={title}>
      {say('verified', { day })}
    </span>
  )
}

/** What of it one sees and writes; that it was checked meanwhile is no other value. */
function pointOf(party: Party, id: number | undefined) {
  const point = party.contact_points.find((one) => one.id === id)
  return point && [point.value, point.label]
}

type FormProps = { party: Party; point?: ContactPoint; onDone: () => void }
/** Refused values stay as they were typed, with the reason under them. */
function useContactForm({ party, point, onDone }: FormProps) {
  const say = useText(text)
  const told = useText(served)
  const why = useWhy()
  const { write } = usePartyWrite(party)
  const [kind, setKind] = useState<ContactKind>(point?.kind ?? 'phone')
  const [value, setValue] = useState(point?.value ?? '')
  const [label, setLabel] = useState(point?.label ?? '')
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [begun] = useState(party)
  const [clash, setClash] = useState(false)
  useEditing(party.id, `contact.${kind}`, true)
  const submit = async (base = begun) => {
    setBusy(true)
    try {
      const body = { value: value.trim(), label: label.trim() }
      if (point && pointOf(base, point.id))
        await write(
          (if_match) =>
            partyApi.updateContact({ params: { id: party.id, contact_point_id: point.id }, body, if_match }),
          (now) => pointOf(now, point.id),
          base,
        )
      else await write(() => partyApi.addContact({ params: { id: party.id }, body: { ...body, kind } }))
      onDone()
    } catch (error) {
      setBusy(false)
      if (error instanceof Clashed) return setClash(true)
      const bad = problemOf(error)?.code === 'parties.bad_contact'
      const said = bad
        ? say('bad_contact', { kind: told(`contact.${kind}`), value: value.trim() })
        : why(error)
      setProblem(say('not_saved', { why: said }))
    }
  }
  return { kind, setKind, value, setValue, label, setLabel, problem, busy, submit, clash }
}

function ContactForm(props: FormProps) {
  const { point, onDone } = props
  const say = useText(text)
  const told = useText(served)
  const { kind, setKind, value, setValue, label, setLabel, problem, busy, submit, clash } =
    useContactForm(props)
  return (
    <form
      className="pform"
      aria-label={say(point ? 'change' : 'add_contact')}
      onSubmit={(event) => {
        event.preventDefault()
        if (value.trim()) void submit()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onDone()
      }}
    >
      {!point && (
        <Choice
          label={say('contact_kind')}
          value={kind}
          options={contactKinds.map((one) => ({ value: one, label: told(`contact.${one}`) }))}
          onPick={(next) => setKind(next as ContactKind)}
        >
          <button
            type="button"
            className="pick"
            aria-label={`${say('contact_kind')}: ${told(`contact.${kind}`)}`}
          >
            <span className="cut">{told(`contact.${kind}`)}</span>
            <Icon name="down" />
          </button>
        </Choice>
      )}
      <input
        className="inlf"
        // biome-ignore lint/a11y/noAutofocus: the form opens because its button was pressed
        autoFocus
        value={value}
        maxLength={1000}
        aria-label={say('contact_value')}
        placeholder={told(`contact.${kind}`)}
        onChange={(event) => setValue(event.target.value)}
      />
      <input
        className="inlf"
        value={label}
        maxLength={100}
        aria-label={say('contact_label')}
        placeholder={say('contact_label')}
        onChange={(event) => setLabel(event.target.value)}
      />
      <Doubles
        contactsOnly
        draft={{
          id: props.party.id,
          kind: props.party.kind,
          name: props.party.name,
          contact_points: value.trim().length > 4 ? [{ kind, value: value.trim() }] : [],
        }}
      />
      {problem && (
        <span className="inlp" role="alert">
          {problem}
        </span>
      )}
      {clash && point && (
        <ClashPanel
          party={props.party}
          field="value"
          subject_id={point.id}
          mine={value.trim()}
          theirs={pointOf(props.party, point.id)?.filter(Boolean).join(' · ') ?? say('clash_removed')}
          busy={busy}
          onMine={() => void submit(props.party)}
          onTheirs={onDone}
        />
      )}
      <div className="row">
        <Button size="small" type="primary" htmlType="submit" loading={busy} disabled={!value.trim()}>
          {say(point ? 'save' : 'add')}
        </Button>
        <Button size="small" onClick={onDone}>
          {say('cancel')}
        </Button>
      </div>
    </form>
  )
}
