import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Form from 'antd/es/form'
import Input from 'antd/es/input'
import InputNumber from 'antd/es/input-number'
import Modal from 'antd/es/modal'
import Select from 'antd/es/select'
import { useState } from 'react'
import { problemOf, useCompany, useText, useToast } from '../../../apps/web/ui/index.ts'
import { exponentOf } from '../../../kernel/text.ts'
import { useSay } from '../../orders/web/say.ts'
import { partyApi } from '../../parties/web/partyApi.ts'
import { drivers, purposes, type Spend, type SpendWrite } from '../contract.customer.ts'
import { text as served } from '../text.ts'
import { today } from './party/today.ts'
import { text } from './spend.text.ts'
import { valueApi } from './valueApi.ts'

type Fields = {
  on: string
  purpose: Spend['purpose']
  driver: Spend['driver']
  party_id?: number
  segment?: string
  campaign?: string
  amount?: number | null
  hours?: number | null
  note?: string
}

export function SpendForm({ spend, onClose }: { spend: Spend | undefined; onClose: () => void }) {
  const say = useSay(text)
  const toast = useToast()
  const queries = useQueryClient()
  const { base_currency } = useCompany()
  const currency = spend?.currency ?? base_currency
  const scale = 10 ** exponentOf(currency)
  const [form] = Form.useForm<Fields>()
  const done = (said: string) => {
    for (const key of [valueApi.spends.key, valueApi.spendSummary.key, valueApi.ofParty.key])
      void queries.invalidateQueries({ queryKey: key })
    toast.ok(said)
    onClose()
  }
  const save = useMutation({
    mutationFn: (fields: Fields) => {
      const body = bodyOf(fields, currency, scale)
      return spend
        ? valueApi.changeSpend({ params: { id: spend.id }, body, if_match: `"${spend.version}"` })
        : valueApi.addSpend({ body })
    },
    onSuccess: () => done(say('saved')),
  })
  const remove = useMutation({
    mutationFn: (id: number) => valueApi.removeSpend({ params: { id } }),
    onSuccess: () => done(say('removed')),
  })
  const error = save.error ?? remove.error
  const problem = error && (problemOf(error)?.detail || error.message)
  return (
    <Modal
      open
      title={say(spend ? 'edit_title' : 'add')}
      onCancel={onClose}
      mask={{ closable: false }}
      width={520}
      footer={[
        ...(spend
          ? [
              <Button key="remove" danger loading={remove.isPending} onClick={() => remove.mutate(spend.id)}>
                {say('remove')}
              </Button>,
            ]
          : []),
        <Button key="no" onClick={onClose}>
          {say('cancel')}
        </Button>,
        <Button key="yes" type="primary" loading={save.isPending} onClick={form.submit}>
          {say('save')}
        </Button>,
      ]}
    >
      {problem && (
        <div className="said" role="alert">
          {problem}
        </div>
      )}
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={startOf(spend, scale)}
        onFinish={save.mutate}
      >
        <SpendFields known={spend?.party ?? undefined} currency={currency} />
      </Form>
    </Modal>
  )
}

function SpendFields({ known, currency }: Pick<SelectProps, 'known'> & { currency: string }) {
  const say = useSay(text)
  const word = useText(served)
  return (
    <>
      <div className="two-cols">
        <Form.Item name="on" label={say('on')} rules={[{ required: true, message: '' }]}>
          <Input type="date" />
        </Form.Item>
        <Form.Item name="purpose" label={say('purpose')}>
          <Select options={purposes.map((value) => ({ value, label: word(`purpose.${value}`) }))} />
        </Form.Item>
        <Form.Item name="party_id" label={say('party')}>
          <PartySelect known={known} />
        </Form.Item>
        <Form.Item name="driver" label={say('driver')}>
          <Select options={drivers.map((value) => ({ value, label: word(`driver.${value}`) }))} />
        </Form.Item>
        <Form.Item name="segment" label={say('segment')}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="campaign" label={say('campaign')}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item
          name="amount"
          label={`${say('amount')}, ${currency}`}
          dependencies={['hours']}
          rules={[
            ({ getFieldValue }) => ({
              validator: (_, value: number | null) =>
                value || getFieldValue('hours')
                  ? Promise.resolve()
                  : Promise.reject(new Error(say('need_one'))),
            }),
          ]}
        >
          <InputNumber min={0} max={1e12} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="hours" label={say('hours')}>
          <InputNumber min={0} max={1e6} step={0.5} style={{ width: '100%' }} />
        </Form.Item>
      </div>
      <Form.Item name="note" label={say('note_field')}>
        <Input.TextArea rows={2} maxLength={2000} />
      </Form.Item>
    </>
  )
}

const startOf = (spend: Spend | undefined, scale: number): Partial<Fields> =>
  spend
    ? {
        on: spend.on,
        purpose: spend.purpose,
        driver: spend.driver,
        ...(spend.party ? { party_id: spend.party.id } : {}),
        ...(spend.segment ? { segment: spend.segment } : {}),
        ...(spend.campaign ? { campaign: spend.campaign } : {}),
        amount: spend.amount_minor / scale,
        hours: spend.hours,
        note: spend.note,
      }
    : { on: today(), purpose: 'keep', driver: 'other' }

const bodyOf = (fields: Fields, currency: string, scale: number): SpendWrite => ({
  on: fields.on,
  purpose: fields.purpose,
  driver: fields.driver,
  party_id: fields.party_id ?? null,
  segment: fields.segment?.trim() ?? '',
  campaign: fields.campaign?.trim() ?? '',
  amount_minor: Math.round((fields.amount ?? 0) * scale),
  currency,
  hours: fields.hours ?? 0,
  note: fields.note?.trim() ?? '',
})

type SelectProps = {
  known: { id: number; name: string } | undefined
  value?: number
  onChange?: (id: number | undefined) => void
}
/** A customer by name: as one types, those that match. */
function PartySelect({ known, value, onChange }: SelectProps) {
  const say = useSay(text)
  const [q, setQ] = useState('')
  const { data } = useQuery({
    ...partyApi.list.query({ query: { q, limit: 20 } }),
    enabled: q.trim() !== '',
  })
  const found = (data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))
  const options = known && q.trim() === '' ? [{ value: known.id, label: known.name }] : found
  return (
    <Select
      aria-label={say('party')}
      showSearch={{ filterOption: false, onSearch: setQ }}
      allowClear
      placeholder={say('find_party')}
      options={options}
      notFoundContent={null}
      {...(value === undefined ? {} : { value })}
      onChange={(next: number | undefined) => onChange?.(next)}
    />
  )
}
