import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type Option, useCan, useLocale, useMe, useText, When } from '../../../apps/web/ui/index.ts'
import { accessApi } from '../../access/web/session.ts'
import { PartyPool } from '../../pools/web/PartyPool.tsx'
import { PartyQuality } from '../../quality/web/PartyQuality.tsx'
import { channels, type Party, type PartyPatch, partyKinds } from '../contract.ts'
import { text as served } from '../text.ts'
import { useRegionName } from './columns.tsx'
import { PartyValues } from './fields/PartyValues.tsx'
import { PartyContacts } from './PartyContacts.tsx'
import { PartyField, PartyPick } from './PartyField.tsx'
import { PartyNumbers } from './PartyNumbers.tsx'
import { PartyRoles } from './PartyRoles.tsx'
import { PartyTags } from './PartyTags.tsx'
import { text } from './party.text.ts'
import { partyApi } from './partyApi.ts'
import { allRegions } from './regions.ts'
import { text as listText } from './text.ts'
import type { Save } from './useEdit.ts'
import { useMayChange } from './usePartyWrite.ts'

type Owned = { party: Party; may: boolean }

/** The left column: who this is. Each fact is changed where it stands. */
export function PartyFacts({ party }: { party: Party }) {
  const say = useText(text)
  const may = useMayChange(party, 'parties:write') && party.live
  return (
    <>
      <section className="blk">
        <h2>{say('facts')}</h2>
        <dl className="kv">
          <Who party={party} may={may} />
          <Whose party={party} may={may} />
          <How party={party} may={may} />
          <div>
            <dt>{say('first_order')}</dt>
            <dd>
              <When at={party.first_order_at} full />
            </dd>
          </div>
          <div>
            <dt>{say('created')}</dt>
            <dd>
              <When at={party.created_at} full />
            </dd>
          </div>
          <div>
            <dt>{say('field.note')}</dt>
            <PartyField
              party={party}
              field="note"
              label={say('field.note')}
              read={(one) => one.note}
              save={({ patch }, note, base) => patch({ note }, base)}
              max={20_000}
              lines={4}
              may={may}
              placeholder={say('add_note')}
            >
              {party.note && <span className="pnotes">{party.note}</span>}
            </PartyField>
          </div>
        </dl>
      </section>
      <PartyContacts party={party} may={may} />
      <PartyValues party={party} may={may} />
      <PartyRoles party={party} may={may} />
      <PartyTags party={party} may={may} />
      <PartyQuality party={party} may={may} />
      <PartyPool party={party} />
      <PartyNumbers party={party} may={may} />
    </>
  )
}

function Who({ party, may }: Owned) {
  const say = useText(text)
  const word = useText(listText)
  const region = useRegionName()
  const locale = useLocale()
  const regions = useMemo(() => allRegions(locale), [locale])
  return (
    <>
      <div>
        <dt>{say('field.name')}</dt>
        <PartyField
          party={party}
          field="name"
          label={say('field.name')}
          read={(one) => one.name}
          save={({ patch }, name, base) => patch({ name }, base)}
          max={300}
          required
          may={may}
        />
      </div>
      <div>
        <dt>{say('field.kind')}</dt>
        <PartyPick
          party={party}
          field="kind"
          label={say('field.kind')}
          value={party.kind}
          shown={word(party.kind)}
          options={partyKinds.map((value) => ({ value, label: word(value) }))}
          save={({ patch }, kind, base) => patch({ kind: kind as Party['kind'] }, base)}
          may={may}
        />
      </div>
      <div>
        <dt>{say('field.country')}</dt>
        <PartyPick
          party={party}
          field="country"
          label={say('field.country')}
          value={party.country ?? ''}
          shown={region(party.country)}
          options={[{ value: '', label: say('none') }, ...regions]}
          save={({ patch }, country, base) => patch({ country: country || null }, base)}
          may={may}
        />
      </div>
    </>
  )
}

function Whose({ party, may }: Owned) {
  const say = useText(text)
  const can = useCan()
  const me = useMe()
  const owners = useQuery({ ...partyApi.owners.query(), staleTime: 60_000, enabled: may })
  const units = useQuery({
    ...accessApi.units.query(),
    staleTime: 60_000,
    enabled: may && can('units:read'),
  })
  const people = (owners.data?.items ?? []).map(({ id, name, unit }) => ({
    value: String(id),
    label: id === me.id ? `${name} ★` : name,
    note: unit.name,
  }))
  const places = (units.data?.items ?? []).map(({ unit_id, name, depth }) => ({
    value: String(unit_id),
    label: `${'\u2003'.repeat(depth)}${name}`,
  }))
  return (
    <>
      <div>
        <dt>{say('field.owner_id')}</dt>
        <PartyPick
          party={party}
          field="owner_id"
          label={say('field.owner_id')}
          value={String(party.owner?.id ?? '')}
          shown={party.owner?.name ?? <span className="mut">{say('ownerless')}</span>}
          options={[{ value: '', label: say('ownerless') }, ...people]}
          save={({ patch }, id, base) => patch({ owner_id: id ? Number(id) : null }, base)}
          may={may}
        />
      </div>
      <div>
        <dt>{say('field.unit_id')}</dt>
        <PartyPick
          party={party}
          field="unit_id"
          label={say('field.unit_id')}
          value={String(party.unit.id)}
          shown={party.unit.name}
          options={places}
          save={({ patch }, id, base) => patch({ unit_id: Number(id) }, base)}
          may={may && places.length > 1}
        />
      </div>
    </>
  )
}

function How({ party, may }: Owned) {
  const say = useText(text)
  const word = useText(listText)
  const told = useText(served)
  const languages: Option[] = [
    { value: '', label: say('none') },
    { value: 'zh-CN', label: word('lang_zh') },
    { value: 'en', label: word('lang_en') },
  ]
  const language = languages.find(({ value }) => value !== '' && value === party.language)?.label
  const set =
    (field: 'language' | 'channel_preference'): Save =>
    ({ patch }, value, base) =>
      patch({ [field]: value || null } as PartyPatch, base)
  return (
    <>
      <div>
        <dt>{say('field.language')}</dt>
        <PartyPick
          party={party}
          field="language"
          label={say('field.language')}
          value={party.language ?? ''}
          shown={language}
          options={languages}
          save={set('language')}
          may={may}
        />
      </div>
      <div>
        <dt>{say('field.channel_preference')}</dt>
        <PartyPick
          party={party}
          field="channel_preference"
          label={say('field.channel_preference')}
          value={party.channel_preference ?? ''}
          shown={party.channel_preference && told(`channel.${party.channel_preference}`)}
          options={[
            { value: '', label: say('none') },
            ...channels.map((value) => ({ value, label: told(`channel.${value}`) })),
          ]}
          save={set('channel_preference')}
          may={may}
        />
      </div>
    </>
  )
}
