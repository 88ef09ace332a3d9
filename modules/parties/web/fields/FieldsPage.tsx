import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { lazy, Suspense, useState } from 'react'
import {
  Empty,
  Fault,
  Icon,
  problemOf,
  Tag,
  useCan,
  useLocale,
  useText,
  useToast,
} from '../../../../apps/web/ui/index.ts'
import { AdminPage } from '../../../access/web/admin/AdminPage.tsx'
import type { FieldDefinition } from '../../contract.fields.ts'
import { fieldKindText } from '../../text.fields.ts'
import { fieldApi } from './fieldApi.ts'
import { useFieldName } from './sections.ts'
import { fieldsText } from './text.ts'
import './fields.css'

const FieldEditor = lazy(() => import('./FieldEditor.tsx'))
const ASK_MS = 3000

/** Every field under its section, in the order in which it stands on a party. */
export function FieldsPage() {
  const say = useText(fieldsText)
  const can = useCan()
  const [editing, setEditing] = useState<number | 'new'>()
  const list = useQuery({
    ...fieldApi.definitions.query(),
    enabled: can('fields:write'),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ slot }) => slot === 'filling') ? ASK_MS : false,
  })
  const items = list.data?.items ?? []
  const make = (
    <Button type="primary" icon={<Icon name="plus" />} onClick={() => setEditing('new')}>
      {say('create')}
    </Button>
  )
  return (
    <AdminPage at="fields" may="fields:write" note={say('lead')} actions={make}>
      {list.error && <Fault error={list.error} onRetry={list.refetch} />}
      {list.data && items.length === 0 && (
        <Empty title={say('empty_title')} text={say('empty_text')} action={make} />
      )}
      {items.length > 0 && <Sections items={items} onOpen={setEditing} />}
      <Suspense>
        {editing !== undefined && (
          <FieldEditor
            field={items.find(({ custom_field_id }) => custom_field_id === editing)}
            sections={items}
            onClose={() => setEditing(undefined)}
          />
        )}
      </Suspense>
    </AdminPage>
  )
}

type ListProps = { items: readonly FieldDefinition[]; onOpen: (id: number) => void }

function Sections({ items, onOpen }: ListProps) {
  const say = useText(fieldsText)
  const locale = useLocale()
  const { order, move, moveTo } = useOrder(items)
  const groups: { name: string; fields: FieldDefinition[] }[] = []
  for (const field of order) {
    const { section_zh, section_en, archived_at } = field
    const own = locale === 'en' ? section_en || section_zh : section_zh || section_en
    const name = archived_at ? say('archived') : own || say('no_section')
    const there = groups.find((group) => group.name === name)
    if (there) there.fields.push(field)
    else groups.push({ name, fields: [field] })
  }
  groups.sort((a, b) => Number(a.name === say('archived')) - Number(b.name === say('archived')))
  return (
    <div className="fpage">
      {groups.map(({ name, fields }) => (
        <section key={name} aria-label={name}>
          <h2>{name}</h2>
          <ul className="flist">
            {fields.map((field) => (
              <Line key={field.key} field={field} onOpen={onOpen} onMove={move} onDropAt={moveTo} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

/** In the order that is shown at once and kept a moment later. */
function useOrder(items: readonly FieldDefinition[]) {
  const toast = useToast()
  const queries = useQueryClient()
  const [wanted, setWanted] = useState<readonly number[]>()
  const save = useMutation({
    mutationFn: (ids: number[]) => fieldApi.order({ body: { ids } }),
    onError: (error) => toast.error(problemOf(error)?.detail || error.message),
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ['fields'] })
      setWanted(undefined)
    },
  })
  const order = wanted
    ? [...items].sort((a, b) => wanted.indexOf(a.custom_field_id) - wanted.indexOf(b.custom_field_id))
    : [...items]
  const ids = order.map(({ custom_field_id }) => custom_field_id)
  const keep = (next: number[]) => {
    setWanted(next)
    save.mutate(next)
  }
  return {
    order,
    move: (id: number, step: -1 | 1) => {
      const at = ids.indexOf(id)
      if (at + step < 0 || at + step >= ids.length) return
      const next = [...ids]
      next.splice(at, 1)
      next.splice(at + step, 0, id)
      keep(next)
    },
    moveTo: (id: number, before: number) => {
      if (id === before) return
      const next = ids.filter((one) => one !== id)
      next.splice(next.indexOf(before), 0, id)
      keep(next)
    },
  }
}

type LineProps = {
  field: FieldDefinition
  onOpen: (id: number) => void
  onMove: (id: number, step: -1 | 1) => void
  onDropAt: (id: number, before: number) => void
}
const DRAGGED = 'application/x-guanxi-field'

function Line({ field, onOpen, onMove, onDropAt }: LineProps) {
  const say = useText(fieldsText)
  const kind = useText(fieldKindText)
  const name = useFieldName()(field)
  const [over, setOver] = useState(false)
  const id = field.custom_field_id
  return (
    <li
      className={over ? 'over' : ''}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(DRAGGED)) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false)
        onDropAt(Number(event.dataTransfer.getData(DRAGGED)), id)
      }}
    >
      <button
        type="button"
        className="grip"
        draggable
        aria-label={say('move', { name })}
        title={say('move', { name })}
        onDragStart={(event) => event.dataTransfer.setData(DRAGGED, String(id))}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
          event.preventDefault()
          onMove(id, event.key === 'ArrowUp' ? -1 : 1)
        }}
      >
        ⋮⋮
      </button>
      <button type="button" className="open" onClick={() => onOpen(id)}>
        <span className="b cut">{name}</span>
        <span className="mut nw">{kind(field.kind)}</span>
        <span className="mut s12 cut">{field.key}</span>
      </button>
      <Marks field={field} />
    </li>
  )
}

function Marks({ field }: { field: FieldDefinition }) {
  const say = useText(fieldsText)
  const { sees_role_ids: sees, slot } = field
  return (
    <span className="fmarks">
      {field.required && <Tag>{say('required')}</Tag>}
      {field.distinct_values && <Tag>{say('distinct_values')}</Tag>}
      {slot !== 'off' && (
        <Tag tone={slot === 'on' ? 'ok' : 'plain'}>{say(slot === 'on' ? 'fast_on' : 'filling')}</Tag>
      )}
      {sees !== null && <Tag tone="brand">{say('some_roles', { n: sees.length })}</Tag>}
    </span>
  )
}
