import { useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { type ReactNode, useState } from 'react'
import { Go, useText, useToast } from '../../../apps/web/ui/index.ts'
import type { Party } from '../../parties/contract.ts'
import { partyApi } from '../../parties/web/partyApi.ts'
import { useMayChange, useWhy } from '../../parties/web/usePartyWrite.ts'
import type { QualityRow, ReasonShape } from '../contract.ts'
import { Score, Stake } from './figures.tsx'
import { qualityApi } from './qualityApi.ts'
import { RemedyForm } from './Remedy.tsx'
import { SkipForm } from './SkipForm.tsx'
import { useSays } from './says.ts'
import { text } from './text.ts'

type FixProps = {
  row: QualityRow
  reason: string | undefined
  /** the reason whose form is open; `skip <code>` to put it aside */
  form: string | undefined
  setForm: (form: string | undefined) => void
  onMended: (id: number) => void
}

/** One party: what is wrong, and its remedy where one stands. */
export function Fix({ row, reason, form, setForm, onMended }: FixProps) {
  const say = useText(text)
  const toast = useToast()
  const why = useWhy()
  const party = useQuery(partyApi.get.query({ params: { id: row.id } }))
  const [reasons, setReasons] = useState<readonly ReasonShape[]>(row.reasons)
  const sorted = reasons.toSorted((a, b) => Number(b.code === reason) - Number(a.code === reason))
  const mended = async (code: string) => {
    setForm(undefined)
    // Looked at anew at once, so that lists and counts agree with what one has just seen.
    const now = await qualityApi.look({ params: { id: row.id } })
    setReasons(now.reasons)
    if (now.reasons.some((one) => one.code === code) && !now.skips.some((one) => one.code === code)) return
    toast.ok(say('fixed', { name: row.name }))
    if (code === (reason ?? code)) onMended(row.id)
  }
  const failed = (error: unknown) => toast.error(say('not_saved', { why: why(error) }))
  return (
    <section className="qfix" aria-label={row.name}>
      <h2>
        <Go to={`/customers/${row.id}`} className="lnk">
          {row.name}
        </Go>
      </h2>
      <p className="s13 sec">
        <Score score={row.score} band={row.band} /> · {row.owner?.name ?? say('nobody')} · {row.unit.name} ·{' '}
        <Stake row={row} />
      </p>
      <ul className="qreasons">
        {sorted.map((one) => (
          <Line key={one.code} {...{ one, form, setForm, row }} party={party.data}>
            {party.data && form === one.code && (
              <RemedyForm
                party={party.data}
                reason={one}
                onDone={() => mended(one.code).catch(failed)}
                onClose={() => setForm(undefined)}
              />
            )}
            {form === `skip ${one.code}` && (
              <SkipForm
                id={row.id}
                code={one.code}
                onDone={() => mended(one.code).catch(failed)}
                onClose={() => setForm(undefined)}
              />
            )}
          </Line>
        ))}
      </ul>
      {row.skip && <Skipped row={row} onTaken={() => onMended(row.id)} />}
    </section>
  )
}

type LineProps = {
  one: ReasonShape
  row: QualityRow
  party: Party | undefined
  form: string | undefined
  setForm: (form: string | undefined) => void
  children: ReactNode
}
function Line({ one, row, party, form, setForm, children }: LineProps) {
  const say = useText(text)
  const { says } = useSays()
  const elsewhere = one.remedy === 'look' || one.remedy === 'fill_fields' || one.remedy === 'merge'
  return (
    <li>
      <span className="grow">{says(one)}</span>
      {elsewhere ? (
        <Go to={one.remedy === 'merge' ? '/duplicates' : `/customers/${row.id}`} className="lnk">
          {say(one.remedy)}
        </Go>
      ) : (
        party && <Offer party={party} one={one} open={form === one.code} onOpen={() => setForm(one.code)} />
      )}
      <button type="button" className="lnk" onClick={() => setForm(`skip ${one.code}`)}>
        {say('skip')}
      </button>
      {children}
    </li>
  )
}

type OfferProps = { party: Party; one: ReasonShape; open: boolean; onOpen: () => void }
function Offer({ party, one, open, onOpen }: OfferProps) {
  const say = useText(text)
  const may = useMayChange(party, 'parties:write') && party.live
  if (!may) return <span className="mut s12">{say('may_not')}</span>
  return (
    <Button size="small" disabled={open} onClick={onOpen}>
      {say(one.remedy)}
    </Button>
  )
}

function Skipped({ row, onTaken }: { row: QualityRow; onTaken: () => void }) {
  const say = useText(text)
  const toast = useToast()
  const skip = row.skip!
  return (
    <p className="s13 sec">
      {say('skipped_by', { by: skip.by, reason: skip.reason })}
      {skip.until && ` · ${say('until', { day: skip.until })}`}{' '}
      <button
        type="button"
        className="lnk"
        onClick={() =>
          void qualityApi
            .unskip({ params: { id: row.id, code: skip.code } })
            .then(onTaken, (error: unknown) => toast.error(String(error)))
        }
      >
        {say('unskip')}
      </button>
    </p>
  )
}
