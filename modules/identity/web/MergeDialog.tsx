import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Modal from 'antd/es/modal'
import { useState } from 'react'
import { Count, Fault, problemOf, useText, useToast, Withheld } from '../../../apps/web/ui/index.ts'
import { useFieldValue } from '../../parties/web/PartyChange.tsx'
import type { MergeField, MergePreview } from '../contract.ts'
import { identityApi } from './identityApi.ts'
import { text } from './text.ts'
import './identity.css'

type Taken = Record<string, unknown>
type DialogProps = {
  /** the first is to stay, unless another one is chosen */
  ids: readonly number[]
  onClose: () => void
  onMerged: (id: number) => void
}

/** Side by side, field by field: who stays, and what of each. Nothing is lost: a merge can be undone. */
export default function MergeDialog({ ids, onClose, onMerged }: DialogProps) {
  const say = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  const [stays, setStays] = useState(ids[0]!)
  const [take, setTake] = useState<Taken>({})
  const others = ids.filter((id) => id !== stays)
  const preview = useQuery({
    ...identityApi.preview.query({ params: { id: stays }, query: { with: others.join() } }),
    staleTime: 0,
    gcTime: 0,
    placeholderData: (earlier) => earlier,
  })
  const work = useMutation({
    mutationFn: () =>
      identityApi.merge({
        params: { id: stays },
        body: { others, take },
        if_match: `"${preview.data?.survivor.version}"`,
      }),
    onSuccess: (party) => {
      toast.ok(say('merged', { name: party.name }))
      void queries.invalidateQueries()
      onClose()
      onMerged(party.id)
    },
  })
  const problem = problemOf(work.error)
  const shown = preview.data
  return (
    <Modal
      open
      title={shown ? say('merge_into', { name: shown.survivor.name }) : say('merge_title')}
      onCancel={onClose}
      mask={{ closable: false }}
      width={Math.min(1100, 420 + ids.length * 190)}
      footer={[
        <Button key="no" onClick={onClose}>
          {say('cancel')}
        </Button>,
        <Button
          key="yes"
          type="primary"
          disabled={!shown || preview.isPlaceholderData}
          loading={work.isPending}
          onClick={() => work.mutate()}
        >
          {say('merge_title')}
        </Button>,
      ]}
    >
      {work.error && (
        <div className="said" role="alert">
          {say('failed', { why: problem?.detail || problem?.title || work.error.message })}
        </div>
      )}
      <p className="sec s13">{say('merge_lead')}</p>
      {preview.error ? (
        <Fault error={preview.error} onRetry={preview.refetch} />
      ) : shown ? (
        <>
          <Fields
            shown={shown}
            take={take}
            onTake={(field, taken) => setTake((now) => ({ ...now, [field]: taken }))}
            onStays={(id) => {
              setStays(id)
              setTake({})
            }}
          />
          <Follows shown={shown} />
        </>
      ) : (
        <div className="lines" aria-busy="true">
          <b className="bone" />
          <b className="bone w50" />
        </div>
      )}
    </Modal>
  )
}

type FieldsProps = {
  shown: MergePreview
  take: Taken
  onTake: (field: string, taken: unknown) => void
  onStays: (id: number) => void
}
const JOINED = new Set(['note', 'tags'])

function Fields({ shown, take, onTake, onStays }: FieldsProps) {
  const say = useText(text)
  const columns = [shown.survivor, ...shown.others]
  const differing = shown.fields.filter(({ differs }) => differs)
  const equal = shown.fields.length - differing.length
  return (
    <div className="idscroll">
      <table className="idtab">
        <thead>
          <tr>
            <th scope="col">{say('fact')}</th>
            {columns.map((party) => (
              <th key={party.id} scope="col">
                <label className="idstay">
                  <input
                    type="radio"
                    name="stays"
                    checked={party.id === shown.survivor.id}
                    onChange={() => onStays(party.id)}
                    aria-label={`${say('stays')}: ${party.name} #${party.id}`}
                  />
                  <span>
                    {party.name}
                    <span className="mut s12"> #{party.id}</span>
                  </span>
                  {party.id === shown.survivor.id && <span className="tag ok">{say('survivor')}</span>}
                </label>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {differing.map((field) => (
            <tr key={field.field}>
              <th scope="row">{field.label}</th>
              {columns.map((party) => {
                const value = field.values.find(({ party_id }) => party_id === party.id)?.value
                const own = party.id === shown.survivor.id
                return (
                  <td key={party.id}>
                    <Pick
                      field={field}
                      taken={take[field.field] ?? field.usual}
                      self={own ? 'a' : { from: party.id }}
                      label={`${field.label}: ${party.name}`}
                      onPick={(taken) => onTake(field.field, taken)}
                    >
                      <Shown field={field.field} value={value} />
                    </Pick>
                  </td>
                )
              })}
            </tr>
          ))}
          {differing
            .filter(({ field, values }) => JOINED.has(field) && values.every(({ value }) => !isEmpty(value)))
            .map((field) => (
              <tr key={`${field.field} both`} className="join">
                <th scope="row">{field.label}</th>
                <td colSpan={columns.length}>
                  <Pick
                    field={field}
                    taken={take[field.field] ?? field.usual}
                    self="both"
                    label={`${field.label}: ${say('both')}`}
                    onPick={(taken) => onTake(field.field, taken)}
                  >
                    {say('both')}
                  </Pick>
                </td>
              </tr>
            ))}
        </tbody>
      </table>
      {equal > 0 && <p className="mut s12">{say('equal', { n: equal })}</p>}
    </div>
  )
}

type PickProps = {
  field: MergeField
  taken: unknown
  self: unknown
  label: string
  onPick: (taken: unknown) => void
  children: React.ReactNode
}
function Pick({ field, taken, self, label, onPick, children }: PickProps) {
  const on = JSON.stringify(taken) === JSON.stringify(self)
  return (
    <label className={on ? 'idpick on' : 'idpick'}>
      <input
        type="radio"
        name={`take ${field.field}`}
        checked={on}
        onChange={() => onPick(self)}
        aria-label={label}
      />
      <span>{children}</span>
    </label>
  )
}

const isEmpty = (value: unknown) =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

/** A field's value as the customer's page shows it. */
export function Shown({ field, value }: { field: string; value: unknown }) {
  const say = useText(text)
  const told = useFieldValue()
  if (isEmpty(value)) return <span className="mut">{say('empty_value')}</span>
  const said = told(field, value)
  return <>{said.length > 160 ? `${said.slice(0, 159)}…` : said}</>
}

function Follows({ shown }: { shown: MergePreview }) {
  const say = useText(text)
  const coming = shown.contacts.filter(({ party_id }) => party_id !== shown.survivor.id)
  if (shown.moves.length + coming.length === 0) return null
  return (
    <div className="idmoves">
      <h3>{say('follows')}</h3>
      <ul>
        {shown.moves.map(({ table, label, count, aside }) => (
          <li key={table}>
            {label} <Count value={count} />
            {aside > 0 && <span className="mut s12">{say('aside', { n: aside })}</span>}
          </li>
        ))}
      </ul>
      {coming.length > 0 && (
        <p className="s13">
          {coming.map(({ kind, value, withheld, twice, party_id }) => (
            <span key={`${party_id} ${kind} ${value}`} className={twice ? 'idcp mut' : 'idcp'}>
              {withheld ? <Withheld value={value} /> : value}
              {twice && ` (${say('twice')})`}
            </span>
          ))}
        </p>
      )}
    </div>
  )
}
