import Button from 'antd/es/button'
import {
  Empty,
  FilterBuilder,
  FindBox,
  NO_CONDITIONS,
  problemOf,
  useText,
} from '../../../apps/web/ui/index.ts'
import { useTreeFields } from './filterFields.ts'
import { inTrash, knownSort, NO_FILTER, noFilters, noView, unknownIn } from './filters.ts'
import { text } from './text.ts'
import type { List } from './useList.ts'
import { ViewState, ViewTabs } from './ViewTabs.tsx'
import { text as viewText } from './views.text.ts'

/** The tabs, the sentence that is asked, and what of the address could not be understood. */
export function CustomersHead({ list }: { list: List }) {
  const say = useText(text)
  const fields = useTreeFields()
  const { search, set } = list
  return (
    <>
      <ViewTabs list={list} />
      <FilterBuilder
        fields={fields}
        value={list.group ?? NO_CONDITIONS}
        onChange={list.setGroup}
        before={
          <FindBox
            q={search.q ?? ''}
            placeholder={say('search')}
            label={say('key_filter')}
            onChange={(q) => set({ q: q || undefined })}
          />
        }
        after={inTrash(search) ? null : <ViewState list={list} />}
      />
      <Remarks list={list} />
    </>
  )
}

function Remarks({ list: { search, gone } }: { list: List }) {
  const say = useText(viewText)
  const unknown = unknownIn(search)
  const remarks = [
    ...(gone ? [say('gone')] : []),
    ...(search.sort && !knownSort(search.sort) ? [say('unknown_sort', { sort: search.sort })] : []),
    ...(unknown.length > 0 ? [say('unknown_value', { what: unknown })] : []),
  ]
  if (remarks.length === 0) return null
  return (
    <div className="remarks" role="status">
      {remarks.map((remark) => (
        <p key={remark}>{remark}</p>
      ))}
    </div>
  )
}

/** Leaving out a condition would show more than is asked: then nothing is shown, and why. */
export const showsNothing = ({ group, view, search }: List): boolean =>
  group === null || (view?.blocked === true && search.filter === undefined)

export const isFilterFault = (error: unknown): boolean =>
  /^parties\.(filter_|sort_field)/.test(problemOf(error)?.code ?? '')

export function Explained({ list, error }: { list: List; error: unknown }) {
  const say = useText(viewText)
  const { group, view } = list
  const said = isFilterFault(error) ? problemOf(error)?.detail || problemOf(error)?.title : undefined
  if (group === null || said)
    return (
      <Empty
        title={say(said ? 'filter_title' : 'unread_title')}
        text={said ?? say('unread_text')}
        action={
          <Button
            onClick={() =>
              list.set({ ...noFilters, sort: undefined, ...(view ? { filter: NO_FILTER } : {}) })
            }
          >
            {say('clear')}
          </Button>
        }
      />
    )
  return (
    <Empty
      title={say('blocked_title')}
      text={view?.mine ? say('blocked_mine') : say('blocked_text', { name: view?.owner.name ?? '' })}
      action={<Button onClick={() => list.set({ ...noView, ...noFilters })}>{say('see_all')}</Button>}
    />
  )
}
