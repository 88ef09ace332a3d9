import { useQuery } from '@tanstack/react-query'
import Modal from 'antd/es/modal'
import Select from 'antd/es/select'
import { useState } from 'react'
import { useGo, useText } from '../../../apps/web/ui/index.ts'
import type { PartyActionProps } from '../../parties/web/part.ts'
import { partyApi } from '../../parties/web/partyApi.ts'
import { identityApi } from './identityApi.ts'
import MergeDialog from './MergeDialog.tsx'
import { text } from './text.ts'

/** From the page of a party: first with whom, suspected doubles on top, then field by field. */
export default function MergeWith({ party, onClose }: PartyActionProps) {
  const say = useText(text)
  const go = useGo()
  const [other, setOther] = useState<number>()
  const [q, setQ] = useState('')
  const pairs = useQuery(identityApi.pairs.query({ query: { party_id: party.id } }))
  const found = useQuery({
    ...partyApi.list.query({ query: { q, kind: party.kind, limit: 20 } }),
    enabled: q.trim().length > 0,
  })
  if (other !== undefined)
    return <MergeDialog ids={[party.id, other]} onClose={onClose} onMerged={(id) => go(`/customers/${id}`)} />
  const suspected = (pairs.data?.items ?? []).map(({ a, b }) => (a.id === party.id ? b : a))
  const rows = q.trim() === '' ? suspected : (found.data?.items ?? [])
  return (
    <Modal open title={say('merge_title')} onCancel={onClose} footer={null} width={480}>
      <label htmlFor="merge-other">{say('with_whom')}</label>
      <Select
        id="merge-other"
        style={{ width: '100%' }}
        autoFocus
        showSearch={{ filterOption: false, onSearch: setQ }}
        placeholder={say('find_other')}
        loading={found.isFetching}
        notFoundContent={null}
        onChange={(id: number) => setOther(id)}
        options={rows
          .filter(({ id }) => id !== party.id)
          .map(({ id, name, owner, unit }) => ({
            value: id,
            label: `${name} · ${owner?.name ?? unit.name} · #${id}`,
          }))}
      />
    </Modal>
  )
}
