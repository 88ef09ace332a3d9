import type { ReactNode } from 'react'
import { Go, useCan, useJoin, useLocale, useText, useZone, Withheld } from '../../../apps/web/ui/index.ts'
import { formatTime, phrase, type Words } from '../../../kernel/text.ts'
import type { CustomFieldShape } from '../contract.fields.ts'
import type { ChangeEntry, HistoryItem, MarketRole, TimelineEntry } from '../contract.ts'
import { sayValue } from '../rules.fields.ts'
import { text as served } from '../text.ts'
import { useRegionName } from './columns.tsx'
import { valueText } from './fields/text.ts'
import { text } from './party.text.ts'
import { text as listText } from './text.ts'
import { useActor } from './useActor.ts'
import { useCustomFields } from './useCustomFields.ts'

type Change = HistoryItem['changes'][number]

const isIn = <W extends Words>(table: W, key: string): key is keyof W & string => key in table

export function useActionName(): (action: string) => string {
  const told = useText(served)
  return (action) => {
    const key = `action.${action}`
    return isIn(served, key) ? told(key) : action
  }
}

const useFieldName = () => {
  const say = useText(text)
  return (field: string) => {
    const key = `field.${field}`
    return isIn(text, key) ? say(key) : field
  }
}

/** A stored value as the page shows it elsewhere: names, not ids; words, not codes. */
export function useFieldValue(): (field: string, value: unknown) => string {
  const fields = useCustomFields()
  const say = useText(text)
  const word = useText(listText)
  const told = useText(served)
  const join = useJoin()
  const region = useRegionName()
  const locale = useLocale()
  const zone = useZone()
  const customSaid = (field: CustomFieldShape, value: unknown): string => {
    if (value === null || value === undefined) return say('empty_value')
    if ((value as { withheld?: boolean }).withheld) return phrase(valueText.withheld, locale)
    return sayValue(field, value, locale)
  }
  const coded = (field: string, value: string): string => {
    if (field === 'country') return region(value)
    if (field === 'language') return word(value === 'en' ? 'lang_en' : 'lang_zh')
    if (field === 'role') return word(value as MarketRole)
    if (field === 'kind' && isIn(listText, value)) return word(value)
    const channel = `channel.${value}`
    if (field === 'channel_preference' && isIn(served, channel)) return told(channel)
    if (field === 'since' || field === 'until')
      return formatTime(value, locale, 'UTC', { dateStyle: 'medium' })
    if (field === 'verified_at')
      return formatTime(value, locale, zone, { dateStyle: 'medium', timeStyle: 'short' })
    return value
  }
  return (field, value) => {
    const custom = fields.find(({ key }) => field === `fields.${key}`)
    if (custom) return customSaid(custom, value)
    if (value === null || value === undefined || value === '')
      return field === 'owner_id' ? say('ownerless') : say('empty_value')
    if (typeof value === 'boolean') return say(value ? 'yes' : 'no')
    if (Array.isArray(value)) return value.length > 0 ? join(value.map(String)) : say('empty_value')
    if (typeof value === 'object') return String((value as { name?: unknown }).name ?? '')
    return coded(field, String(value))
  }
}

const CUT = 80
const cut = (value: string) => (value.length > CUT ? `${value.slice(0, CUT - 1)}…` : value)

/** was → became, field by field. */
/** `party_id`: a field's name leads to its whole history, for who may see the audit. */
export function Changes({ changes, party_id }: { changes: readonly Change[]; party_id?: number }) {
  const name = useFieldName()
  const say = useText(text)
  const can = useCan()
  const linked = party_id !== undefined && can('audit:read')
  const value = useFieldValue()
  const show = (change: Change, part: unknown): ReactNode => {
    const said = value(change.field, part)
    return change.withheld && typeof part === 'string' ? <Withheld value={said} /> : cut(said)
  }
  const isNew = ({ was }: Change) => was === null || was === undefined || was === ''
  return (
    <ul className="chg">
      {changes.map((change) => (
        <li key={change.field}>
          {linked ? (
            <Go
              to="/audit"
              search={{ party: String(party_id), field: change.field }}
              className="f lnk"
              title={say('field_history')}
            >
              {change.label ?? name(change.field)}
            </Go>
          ) : (
            <span className="f">{change.label ?? name(change.field)}</span>
          )}
          {!isNew(change) && <span className="old">{show(change, change.was)}</span>}
          {!isNew(change) && <span className="ar">→</span>}
          <span className="new">{show(change, change.became)}</span>
        </li>
      ))}
    </ul>
  )
}

/** The timeline's row of a change. */
export function ChangeRow({ entry }: { entry: TimelineEntry }) {
  const action = useActionName()
  const actor = useActor()
  const data = entry.data as ChangeEntry
  return (
    <>
      <div className="grow">
        <div>{action(data.action)}</div>
        {data.changes.length > 0 && <Changes changes={data.changes} />}
      </div>
      <span className="a mut s12">{actor(data.actor)}</span>
    </>
  )
}
