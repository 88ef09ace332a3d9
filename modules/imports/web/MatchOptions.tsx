import { useQuery } from '@tanstack/react-query'
import Checkbox from 'antd/es/checkbox'
import { useMemo, useState } from 'react'
import { type Option, useCan, useLocale } from '../../../apps/web/ui/index.ts'
import { accessApi } from '../../access/web/session.ts'
import { useSay } from '../../orders/web/say.ts'
import { doubles, type Import, kinds, matchKeys, mayHoldDates, modes } from '../contract.ts'
import { Laid } from './Laid.tsx'
import { Picked, Written } from './MatchControls.tsx'
import { text } from './text.ts'
import type { Save } from './useSave.ts'

type OptionsProps = { one: Import; save: Save }

/** Beside the columns: what the file is, how it is read, what is done with it. */
export function MatchOptions({ one, save }: OptionsProps) {
  const say = useSay(text)
  const [more, setMore] = useState(false)
  return (
    <>
      <section className="blk">
        <h3>{say('kind')}</h3>
        {/* biome-ignore lint/a11y/useSemanticElements: three buttons in a row, not a form's fieldset */}
        <div className="seg" role="group" aria-label={say('kind')}>
          {kinds.map((kind) => (
            <button
              key={kind}
              type="button"
              aria-pressed={one.kind === kind}
              className={one.kind === kind ? 'on' : ''}
              onClick={() => one.kind !== kind && save({ kind })}
            >
              {say(kind)}
            </button>
          ))}
        </div>
        <Written
          label={say('source')}
          value={one.source}
          max={100}
          onSave={(source) => source && save({ source })}
        />
        <p className="hint">{say('source_hint')}</p>
      </section>
      <section className="blk">
        <h3>{say('how_read')}</h3>
        <Reading one={one} save={save} />
      </section>
      <section className="blk">
        <h3>{say('how_done')}</h3>
        <Doing one={one} save={save} />
      </section>
      {one.kind === 'orders' && (
        <section className="blk">
          <button type="button" className="lnk s13" aria-expanded={more} onClick={() => setMore(!more)}>
            {say('more_options')}
          </button>
          {more && <Rules one={one} save={save} />}
        </section>
      )}
    </>
  )
}

function Reading({ one, save }: OptionsProps) {
  const say = useSay(text)
  const locale = useLocale()
  const { read_options: read, detected } = one
  const set = (read_options: Partial<Import['read_options']>) => save({ read_options })
  const zones = useMemo(
    () =>
      ['UTC', ...Intl.supportedValuesOf('timeZone')].map((value) => ({
        value,
        label: value.replaceAll('_', ' '),
      })),
    [],
  )
  const currencies = useMemo(() => namesOf(locale, 'currency', Intl.supportedValuesOf('currency')), [locale])
  return (
    <>
      <Laid one={one} save={save} />
      {(one.kind === 'orders' || one.columns.some(mayHoldDates)) && (
        <>
          <Picked
            label={say('date_order')}
            value={read.date_order}
            options={[
              { value: 'dmy', label: say('dmy') },
              { value: 'mdy', label: say('mdy') },
            ]}
            onPick={(value) => set({ date_order: value === 'dmy' ? 'dmy' : 'mdy' })}
          />
          {detected && !detected.date_order_certain && <p className="hint warnc">{say('date_uncertain')}</p>}
        </>
      )}
      {one.kind === 'orders' && (
        <Picked label={say('zone')} value={read.zone} options={zones} onPick={(zone) => set({ zone })} />
      )}
      {one.kind !== 'parties' && (
        <>
          <Picked
            label={say('currency')}
            value={read.currency}
            options={currencies}
            onPick={(currency) => set({ currency })}
          />
          <Picked
            label={say('decimal_mark')}
            value={read.decimal_mark}
            options={[
              { value: '.', label: '1,234.50' },
              { value: ',', label: '1.234,50' },
            ]}
            onPick={(value) => set({ decimal_mark: value === ',' ? ',' : '.' })}
          />
        </>
      )}
      {one.kind !== 'products' && <Region value={read.region} onPick={(region) => set({ region })} />}
    </>
  )
}

function Region({ value, onPick }: { value: string; onPick: (value: string) => void }) {
  const say = useSay(text)
  const locale = useLocale()
  const options = useMemo(() => namesOf(locale, 'region', regions), [locale])
  return <Picked label={say('region')} value={value} options={options} onPick={onPick} />
}

function Doing({ one, save }: OptionsProps) {
  const say = useSay(text)
  const can = useCan()
  const { read_options: read, run_options: run } = one
  const units = useQuery({ ...accessApi.units.query(), staleTime: 60_000, enabled: can('units:read') })
  const set = (run_options: Partial<Import['run_options']>) => save({ run_options })
  const mode = (
    <>
      <Picked
        label={say('mode')}
        value={run.mode}
        options={modes.map((value) => ({ value, label: say(value) }))}
        onPick={(value) => set({ mode: modes.find((one) => one === value) ?? 'upsert' })}
      />
      {run.mode !== 'upsert' && <p className="hint">{say(`${run.mode}_hint`)}</p>}
      {one.kind !== 'parties' && (
        <p className="hint">{say(one.kind === 'orders' ? 'key_order' : 'key_product')}</p>
      )}
    </>
  )
  if (one.kind === 'products') return mode
  const own = { value: '', label: say('unit_own') }
  const places = (units.data?.items ?? []).map((unit) => ({
    value: String(unit.unit_id),
    label: `${'\u2003'.repeat(unit.depth)}${unit.name}`,
  }))
  return (
    <>
      {mode}
      {one.kind === 'orders' && (
        <>
          <Written
            label={say('cancel_prefix')}
            value={read.cancel_prefix}
            max={20}
            empty={say('prefix_none')}
            onSave={(cancel_prefix) => save({ read_options: { cancel_prefix } })}
          />
          <div className="opt1">
            <Checkbox
              checked={run.whole_orders}
              onChange={(event) => set({ whole_orders: event.target.checked })}
            >
              {say('whole_orders')}
            </Checkbox>
          </div>
          <p className="hint">{say('whole_hint')}</p>
        </>
      )}
      {one.kind === 'parties' && (
        <>
          <Picked
            label={say('match_by')}
            value={run.match_by}
            options={matchKeys.map((value) => ({ value, label: say(`by_${value}`) }))}
            onPick={(value) => set({ match_by: matchKeys.find((one) => one === value) ?? 'id' })}
          />
          <p className="hint">{say('by_hint')}</p>
          <Picked
            label={say('doubles')}
            value={run.doubles}
            options={doubles.map((value) => ({ value, label: say(`double_${value}`) }))}
            onPick={(value) => set({ doubles: doubles.find((one) => one === value) ?? 'create' })}
          />
          <p className="hint">{say('doubles_hint')}</p>
          {one.columns.includes('organisation') && (
            <div className="opt1">
              <Checkbox
                checked={run.new_organisations}
                onChange={(event) => set({ new_organisations: event.target.checked })}
              >
                {say('new_organisations')}
              </Checkbox>
            </div>
          )}
        </>
      )}
      <Picked
        label={say('party_kind')}
        value={run.party_kind}
        options={(['auto', 'person', 'organisation'] as const).map((value) => ({ value, label: say(value) }))}
        onPick={(party_kind) => set({ party_kind })}
      />
      <Written
        label={say('name_prefix')}
        value={run.name_prefix}
        max={100}
        onSave={(name_prefix) => set({ name_prefix })}
      />
      {places.length > 1 && (
        <Picked
          label={say('unit')}
          value={run.unit_id === null ? '' : String(run.unit_id)}
          options={[own, ...places]}
          onPick={(value) => set({ unit_id: value === '' ? null : Number(value) })}
        />
      )}
    </>
  )
}

/** Which codes are no goods, for who knows their own file. */
function Rules({ one, save }: OptionsProps) {
  const say = useSay(text)
  const { read_options: read } = one
  const codes = (key: 'charge_codes' | 'discount_codes' | 'adjustment_codes') => (
    <Written
      label={say(key)}
      value={read[key].join(', ')}
      max={2000}
      empty={say('prefix_none')}
      onSave={(value) => save({ read_options: { [key]: listOf(value) } })}
    />
  )
  return (
    <>
      <Written
        label={say('adjust_prefix')}
        value={read.adjust_prefix}
        max={20}
        empty={say('prefix_none')}
        onSave={(adjust_prefix) => save({ read_options: { adjust_prefix } })}
      />
      <Written
        label={say('product_pattern')}
        value={read.product_pattern ?? ''}
        max={200}
        empty={say('pattern_all')}
        onSave={(value) => save({ read_options: { product_pattern: value || null } })}
      />
      {codes('charge_codes')}
      {codes('discount_codes')}
      {codes('adjustment_codes')}
    </>
  )
}

const listOf = (value: string): string[] =>
  [...new Set(value.split(/[,，\n]/).map((code) => code.trim()))].filter(Boolean).slice(0, 200)

function namesOf(locale: string, type: 'currency' | 'region', codes: readonly string[]): Option[] {
  const names = new Intl.DisplayNames(locale, { type })
  return codes.map((value) => ({ value, label: `${value} ${names.of(value) ?? ''}` }))
}

// Where most telephone numbers without a country code come from.
const regions = [
  'CN',
  'HK',
  'MO',
  'TW',
  'SG',
  'MY',
  'TH',
  'VN',
  'ID',
  'PH',
  'JP',
  'KR',
  'IN',
  'AE',
  'SA',
  'TR',
  'RU',
  'KZ',
  'GB',
  'IE',
  'DE',
  'FR',
  'NL',
  'BE',
  'LU',
  'AT',
  'CH',
  'IT',
  'ES',
  'PT',
  'DK',
  'SE',
  'NO',
  'FI',
  'PL',
  'CZ',
  'HU',
  'RO',
  'GR',
  'US',
  'CA',
  'MX',
  'BR',
  'AR',
  'CL',
  'CO',
  'PE',
  'ZA',
  'EG',
  'NG',
  'KE',
  'AU',
  'NZ',
  'IL',
]
