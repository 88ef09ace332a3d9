import { type ReactNode, useState } from 'react'
import { Section, useCan } from '../../../../apps/web/ui/index.ts'
import { Editable } from '../../../../apps/web/ui/inplace/inplace.tsx'

type EntriesProps<E extends { id: number }> = {
  title: string
  add: string
  none: string
  items: readonly E[] | undefined
  nameOf: (one: E) => string
  /** beside the name, at the end of its line */
  sum: (one: E) => string
  below: (one: E) => ReactNode
  /** more that can be done with one, before edit and remove */
  more?: (one: E) => ReactNode
  form: (one: E | undefined, close: () => void) => ReactNode
  remove: (one: E) => Promise<unknown>
  /** queries that an entry changes */
  changes: readonly (readonly unknown[])[]
  /** leave the section away where there is nothing and nothing may be entered */
  quiet?: boolean
}

/** What people entered about a customer: a list in which each can be changed in its place, or taken away. */
export function Entries<E extends { id: number }>(props: EntriesProps<E>) {
  const { title, add, none, items, nameOf, sum, below, more, form, remove, changes, quiet } = props
  const may = useCan()('value:write')
  const [adding, setAdding] = useState(false)
  if (quiet && items?.length === 0 && !may) return null
  return (
    <Section
      title={title}
      more={
        may &&
        !adding && (
          <button type="button" className="lnk" onClick={() => setAdding(true)}>
            {add}
          </button>
        )
      }
    >
      {items?.length === 0 && !adding && <p className="mut s13">{none}</p>}
      <ul className="vneeds">
        {items?.map((one) => (
          <Editable
            key={one.id}
            name={nameOf(one)}
            may={may}
            form={(close) => form(one, close)}
            remove={() => remove(one)}
            changes={changes}
            head={
              <>
                <span className="b cut">{nameOf(one)}</span>
                <span className="sp num">{sum(one)}</span>
                {may && more?.(one)}
              </>
            }
          >
            {below(one)}
          </Editable>
        ))}
      </ul>
      {adding && form(undefined, () => setAdding(false))}
    </Section>
  )
}
