import { useJoin, useLocale, useText } from '../../../../apps/web/ui/index.ts'
import { formatTime } from '../../../../kernel/text.ts'
import type { CustomFieldShape } from '../../contract.fields.ts'
import type { Bulk, BulkAction } from '../../contract.ts'
import { sayValue } from '../../rules.fields.ts'
import { text as served } from '../../text.ts'
import { useRegionName } from '../columns.tsx'
import { valueText as customText } from '../fields/text.ts'
import type { Told } from '../fields/typed.ts'
import { text as listText } from '../text.ts'
import { useCustomFields, useCustomNames } from '../useCustomFields.ts'
import { text } from './text.ts'

/** What a button does, with how many. */
export function useGoLabel(): (action: BulkAction, n: number) => string {
  const say = useText(text)
  return (action, n) =>
    action.do === 'assign' && action.owner_id === null
      ? say('go_unassign', { n })
      : say(`go_${action.do}`, { n })
}

/** What a bulk change did, in words: an owner by name, a country by name. */
export function useWhat(): (bulk: Pick<Bulk, 'action' | 'target' | 'direction'>) => string {
  const say = useText(text)
  const list = useText(listText)
  const told = useText(served)
  const join = useJoin()
  const region = useRegionName()
  const locale = useLocale()
  const values = useText(customText)
  const custom = useCustomFields()
  const nameOf = useCustomNames()
  const customValue = (field: CustomFieldShape, value: unknown): string => {
    if (field.kind === 'party' && (value as Told).withheld) return values('withheld')
    if (field.kind === 'date') return formatTime(String(value), locale, 'UTC', { dateStyle: 'medium' })
    return sayValue(field, value, locale)
  }
  const valueText = (field: string, value: unknown): string => {
    const own = custom.find(({ key }) => field === `fields.${key}`)
    if (own) return customValue(own, value)
    if (field === 'country') return region(String(value))
    if (field === 'language') return list(value === 'en' ? 'lang_en' : 'lang_zh')
    const channel = `channel.${value}`
    return channel in served ? told(channel as 'channel.email') : String(value)
  }
  const fieldOf = (field: string): string =>
    field === 'country' || field === 'language' || field === 'channel_preference'
      ? say(field)
      : (nameOf(field) ?? field.replace(/^fields\./, ''))
  const plain = (action: BulkAction, target: string | null): string => {
    switch (action.do) {
      case 'assign':
        return action.owner_id === null ? say('what_unassign') : say('what_assign', { target: target ?? '' })
      case 'unit':
        return say('what_unit', { target: target ?? '' })
      case 'add_tags':
      case 'remove_tags':
        return say(`what_${action.do}`, { target: join(action.tags) })
      case 'retag':
        return action.to === null
          ? say('what_untag', { from: join(action.from) })
          : say('what_retag', { from: join(action.from), target: action.to })
      case 'end_role':
        return say('what_end_role', { target: list(action.role) })
      case 'set':
        return action.value === null
          ? say('what_clear', { field: fieldOf(action.field) })
          : say('what_set', { field: fieldOf(action.field), target: valueText(action.field, action.value) })
      default:
        return say(`what_${action.do}`)
    }
  }
  return ({ action, target, direction }) =>
    `${direction === 'do' ? '' : say(`of_${direction}`)}${plain(action, target)}`
}
