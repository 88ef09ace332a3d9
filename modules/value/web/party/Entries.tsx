import { useMutation, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Icon, problemOf, Section, useCan } from '../../../../apps/web/ui/index.ts'
import { useSay } from '../../../orders/web/say.ts'
import { text } from '../party.text.ts'

type Entry = { id: number }
type EntriesProps<E extends Entry> = {
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
export function Entries<E extends Entry>(props: EntriesProps<E>) {
  const { title, add, none, items, nameOf, sum, below, more, form, quiet } = props
  const say = useSay(text)
  const may = useCan()('value:write')
  const [editing, setEditing] = useState<number | 'new'>()
  const [removing, setRemoving] = useState<number>()
  const fresh = useFresh(props.changes)
  const remove = useMutation({
    mutationFn: props.remove,
    onSuccess: () => {
      setRemoving(undefined)
      fresh()
    },
  })
  const close = () => setEditing(undefined)
  if (quiet && items?.length === 0 && !may) return null
  return (
    <Section
      title={title}
      more={
        may &&
        editing === undefined && (
          <button type="button" className="lnk" onClick={() => setEditing('new')}>
            {add}
          </button>
        )
      }
    >
      {items?.length === 0 && editing === undefined && <p className="mut s13">{none}</p>}
      <ul className="vneeds">
        {items?.map((one) => (
          <li key={one.id}>
            {editing === one.id ? (
              form(one, close)
            ) : (
              <>
                <div className="row">
                  <span className="b cut">{nameOf(one)}</span>
                  <span className="sp num">{sum(one)}</span>
                  {may && (
                    <>
                      {more?.(one)}
                      <Tool
                        icon="pencil"
                        label={say('edit', { name: nameOf(one) })}
                        act={() => setEditing(one.id)}
                      />
                      <Tool
                        icon="close"
                        label={say('remove', { name: nameOf(one) })}
                        act={() => setRemoving(one.id)}
                      />
                    </>
                  )}
                </div>
                {removing === one.id ? (
                  <p className="s12 vconfirm" role="alert">
                    {say('remove_sure', { name: nameOf(one) })}{' '}
                    <Button size="small" danger loading={remove.isPending} onClick={() => remove.mutate(one)}>
                      {say('remove_yes')}
                    </Button>{' '}
                    <Button size="small" onClick={() => setRemoving(undefined)}>
                      {say('cancel')}
                    </Button>
                    <Problem error={remove.error} />
                  </p>
                ) : (
                  below(one)
                )}
              </>
            )}
          </li>
        ))}
      </ul>
      {editing === 'new' && form(undefined, close)}
    </Section>
  )
}

type ToolProps = { icon: 'pencil' | 'close'; label: string; act: () => void }
const Tool = ({ icon, label, act }: ToolProps) => (
  <button type="button" className="ib xs" aria-label={label} title={label} onClick={act}>
    <Icon name={icon} />
  </button>
)

export function useFresh(changes: EntriesProps<Entry>['changes']): () => void {
  const queries = useQueryClient()
  return () => {
    for (const queryKey of changes) void queries.invalidateQueries({ queryKey })
  }
}

function Problem({ error }: { error: Error | null }) {
  if (!error) return null
  return (
    <span className="seal s12 wide" role="alert">
      {problemOf(error)?.detail || error.message}
    </span>
  )
}

type FormProps<B> = {
  label: string
  save: (body: B) => Promise<unknown>
  bodyOf: (of: (name: string) => string) => B
  changes: EntriesProps<Entry>['changes']
  close: () => void
  children: ReactNode
}

/** A small form in the place of what it changes. */
export function EntryForm<B>({ label, save: send, bodyOf, changes, close, children }: FormProps<B>) {
  const say = useSay(text)
  const fresh = useFresh(changes)
  const save = useMutation({
    mutationFn: send,
    onSuccess: () => {
      fresh()
      close()
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    save.mutate(bodyOf((name) => String(form.get(name) ?? '').trim()))
  }
  return (
    <form className="vmini" onSubmit={submit} aria-label={label}>
      {children}
      <Problem error={save.error} />
      <div className="row wide">
        <Button size="small" type="primary" htmlType="submit" loading={save.isPending}>
          {say('save')}
        </Button>
        <Button size="small" onClick={close}>
          {say('cancel')}
        </Button>
      </div>
    </form>
  )
}
