import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useCompany } from '../../../../apps/web/ui/index.ts'
import { Field, MiniForm } from '../../../../apps/web/ui/inplace/inplace.tsx'
import { exponentOf } from '../../../../kernel/text.ts'
import { useSay } from '../../../orders/web/say.ts'
import type { Party } from '../../../parties/contract.ts'
import type { Need } from '../../contract.customer.ts'
import { useFormats } from '../format.ts'
import { text } from '../party.text.ts'
import { valueApi } from '../valueApi.ts'
import { Entries } from './Entries.tsx'
import { today } from './today.ts'

const changes = [valueApi.needs.key, valueApi.ofParty.key]

/** What they need in a year, what of it is ours, and whose the rest is: with source and date. */
export function Needs({ party }: { party: Party }) {
  const say = useSay(text)
  const as = useFormats()
  const { data } = useQuery(valueApi.needs.query({ params: { id: party.id } }))
  return (
    <Entries<Need>
      title={say('needs')}
      add={say('add_need')}
      none={say('no_needs')}
      items={data?.items}
      nameOf={(need) => need.category}
      sum={(need) => as.money(need.need_minor, need.currency)}
      below={(need) => (
        <>
          <Shares need={need} />
          <p className="s12 mut">
            {say('open', { sum: as.money(need.open_minor, need.currency) })} · {need.source} ·{' '}
            {as.day(need.known_on)}
          </p>
        </>
      )}
      form={(need, close) => <NeedForm party={party} need={need} close={close} />}
      remove={(need) => valueApi.removeNeed({ params: { id: party.id, need_id: need.id } })}
      changes={changes}
    />
  )
}

const tones = ['var(--c2)', 'var(--c3)', 'var(--c4)']
/** Ours, the rivals’, and what nobody knows. */
function Shares({ need }: { need: Need }) {
  const say = useSay(text)
  const as = useFormats()
  const parts = [
    { name: say('ours'), share: need.our_share, tone: 'var(--c1)' },
    ...need.rivals.map((rival, i) => ({ ...rival, tone: tones[i % tones.length]! })),
    { name: say('unknown'), share: need.unknown_share, tone: 'var(--grid)' },
  ].filter(({ share }) => share > 0)
  return (
    <>
      <div className="vshares" aria-hidden="true">
        {parts.map(({ name, share, tone }) => (
          <b key={name} style={{ width: `${share * 100}%`, background: tone }} />
        ))}
      </div>
      <p className="s12 sec">{parts.map(({ name, share }) => `${name} ${as.share(share)}`).join(' · ')}</p>
    </>
  )
}

type FormProps = { party: Party; need: Need | undefined; close: () => void }
function NeedForm({ party, need, close }: FormProps) {
  const say = useSay(text)
  const { base_currency } = useCompany()
  const currency = need?.currency ?? base_currency
  const scale = 10 ** exponentOf(currency)
  const [rivals, setRivals] = useState(
    need?.rivals.map(({ name, share }) => ({ name, share: share * 100 })) ?? [],
  )
  return (
    <MiniForm
      label={say('add_need')}
      close={close}
      changes={changes}
      save={(of) => {
        const body = {
          category: of('category'),
          need_minor: Math.round(Number(of('need')) * scale),
          currency,
          our_share: Math.round(Number(of('our_share')) * 100) / 1e4,
          rivals: rivals
            .filter(({ name }) => name.trim())
            .map(({ name, share }) => ({ name: name.trim(), share: Math.round(share * 100) / 1e4 })),
          source: of('source'),
          known_on: of('known_on'),
        }
        return need
          ? valueApi.changeNeed({
              params: { id: party.id, need_id: need.id },
              body,
              if_match: `"${need.version}"`,
            })
          : valueApi.addNeed({ params: { id: party.id }, body })
      }}
    >
      <Field name="category" label={say('category')} value={need?.category} required />
      <Field
        name="need"
        label={`${say('need')} ${currency}`}
        type="number"
        value={need ? need.need_minor / scale : undefined}
        required
      />
      <Field
        name="our_share"
        label={say('our_share')}
        type="number"
        max={100}
        value={need ? need.our_share * 100 : undefined}
        required
      />
      <Field name="known_on" label={say('known_on')} type="date" value={need?.known_on ?? today()} required />
      <Field
        name="source"
        label={say('source')}
        hint={say('source_hint')}
        value={need?.source}
        required
        wide
      />
      <Rivals rivals={rivals} setRivals={setRivals} />
    </MiniForm>
  )
}

type RivalsProps = {
  rivals: { name: string; share: number }[]
  setRivals: (rivals: RivalsProps['rivals']) => void
}
function Rivals({ rivals, setRivals }: RivalsProps) {
  const say = useSay(text)
  return (
    <>
      {rivals.map((rival, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place until it is saved
        <div key={i} className="vpair">
          <Field
            name={`rival-${i}`}
            label={say('rival')}
            value={rival.name}
            onChange={(name) => setRivals(rivals.with(i, { ...rival, name }))}
          />
          <Field
            name={`rival-share-${i}`}
            label={say('rival_share')}
            type="number"
            max={100}
            value={rival.share}
            onChange={(share) => setRivals(rivals.with(i, { ...rival, share: Number(share) }))}
          />
        </div>
      ))}
      <button
        type="button"
        className="lnk s12 wide"
        onClick={() => setRivals([...rivals, { name: '', share: 0 }])}
      >
        {say('add_rival')}
      </button>
    </>
  )
}
