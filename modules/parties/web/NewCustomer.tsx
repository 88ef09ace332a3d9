import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Form from 'antd/es/form'
import Input from 'antd/es/input'
import Modal from 'antd/es/modal'
import Segmented from 'antd/es/segmented'
import Select from 'antd/es/select'
import { useMemo, useState } from 'react'
import { problemOf, uniqueKey, useMe, useText, useToast } from '../../../apps/web/ui/index.ts'
import { Doubles } from '../../identity/web/Doubles.tsx'
import { type MarketRole, type PartyKind, type PartyWrite, partyKinds } from '../contract.ts'
import { AskedFields } from './fields/AskedFields.tsx'
import { useMarketRoles } from './labels/OwnWords.tsx'
import { partyApi } from './partyApi.ts'
import { text } from './text.ts'

type Fields = {
  kind: PartyKind
  name: string
  roles: MarketRole[]
  owner_id?: number
  phone?: string
  email?: string
  tags?: string[]
  note?: string
  fields?: Record<string, unknown>
}
type NewProps = { first: Partial<Fields>; onClose: () => void; onCreated: (id: number) => void }

export default function NewCustomer({ first, onClose, onCreated }: NewProps) {
  const say = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  const me = useMe()
  const offered = useMarketRoles()
  const [form] = Form.useForm<Fields>()
  const name = Form.useWatch('name', form)?.trim()
  const typed = Form.useWatch([], form) as Partial<Fields> | undefined
  const owners = useQuery({ ...partyApi.owners.query(), staleTime: 60_000 })
  const tags = useQuery({ ...partyApi.tags.query(), staleTime: 60_000 })
  // One key for this form however often it is sent: a lost answer must not make two customers.
  const [key, setKey] = useState(uniqueKey)
  const [unplaced, setUnplaced] = useState(false)
  const create = useMutation({
    mutationFn: (fields: Fields) => partyApi.create({ body: bodyOf(fields), idempotency_key: key }),
    onSuccess: (party) => {
      void queries.invalidateQueries({ queryKey: ['parties'] })
      toast.ok(say('created', { name: party.name }))
      onCreated(party.id)
    },
    onError: (error) => {
      // A refused body will be mended and is then another request.
      if (problemOf(error)?.status) setKey(uniqueKey())
      const placed = fieldErrors(error, form.getFieldsValue())
      form.setFields(placed)
      setUnplaced(placed.length === 0)
    },
  })
  const people = useMemo(() => {
    const others = (owners.data?.items ?? []).map((owner) => ({ value: owner.id, label: owner.name }))
    return others.some((one) => one.value === me.id) ? others : [{ value: me.id, label: me.name }, ...others]
  }, [owners.data, me])
  const problem = problemOf(create.error)
  return (
    <Modal
      open
      title={say('new_title')}
      onCancel={onClose}
      mask={{ closable: false }}
      width={480}
      footer={[
        <Button key="no" onClick={onClose}>
          {say('cancel')}
        </Button>,
        <Button key="yes" type="primary" loading={create.isPending} onClick={form.submit}>
          {create.isPending
            ? say('creating')
            : name
              ? say('create', { name: short(name) })
              : say('create_plain')}
        </Button>,
      ]}
    >
      {create.error && unplaced && (
        <div className="said" role="alert">
          {problem?.detail || problem?.title || ''} {say('create_failed')}
        </div>
      )}
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{
          kind: 'organisation',
          roles: offered.filter((role) => role === 'customer'),
          owner_id: me.id,
          ...first,
        }}
        onFinish={create.mutate}
      >
        <Form.Item name="kind">
          <Segmented options={partyKinds.toReversed().map((value) => ({ value, label: say(value) }))} />
        </Form.Item>
        <Form.Item
          name="name"
          label={say('name')}
          rules={[{ required: true, whitespace: true, message: say('need_name') }]}
        >
          <Input maxLength={300} autoFocus autoComplete="off" />
        </Form.Item>
        <div className="two-cols">
          <Form.Item name="roles" label={say('roles')}>
            <Select mode="multiple" options={offered.map((value) => ({ value, label: say(value) }))} />
          </Form.Item>
          <Form.Item name="owner_id" label={say('owner')}>
            <Select showSearch={{ optionFilterProp: 'label' }} allowClear options={people} />
          </Form.Item>
          <Form.Item name="phone" label={say('phone')}>
            <Input type="tel" maxLength={100} autoComplete="off" />
          </Form.Item>
          <Form.Item name="email" label={say('email')} rules={[{ type: 'email', message: say('bad_email') }]}>
            <Input type="email" maxLength={254} autoComplete="off" />
          </Form.Item>
        </div>
        <Doubles
          draft={{
            kind: typed?.kind ?? 'organisation',
            name: name ?? '',
            contact_points: contactsOf(typed ?? {}),
          }}
        />
        <Form.Item name="tags" label={say('tags')}>
          <Select
            mode="tags"
            tokenSeparators={[',', '，']}
            placeholder={say('tags_hint')}
            options={(tags.data?.items ?? []).map(({ tag }) => ({ value: tag, label: tag }))}
          />
        </Form.Item>
        <AskedFields />
        <Form.Item name="note" label={say('note')}>
          <Input.TextArea rows={2} maxLength={20_000} />
        </Form.Item>
      </Form>
    </Modal>
  )
}

const short = (name: string) => (name.length > 16 ? `${name.slice(0, 15)}…` : name)

function bodyOf({ kind, name, roles, owner_id, phone, email, tags, note, fields }: Fields): PartyWrite {
  const contact_points = contactsOf({ phone, email })
  const body: PartyWrite = { kind, name: name.trim(), owner_id: owner_id ?? null, contact_points }
  if (roles.length > 0) body.roles = roles.map((role) => ({ role }))
  if (tags?.length) body.tags = tags.map((tag) => tag.trim().replace(/\s+/g, ' ')).filter(Boolean)
  if (note?.trim()) body.note = note.trim()
  const given = Object.entries(fields ?? {}).filter(([, value]) => value !== undefined && value !== null)
  if (given.length > 0) body.fields = Object.fromEntries(given)
  return body
}

const contactsOf = ({ phone, email }: Pick<Fields, 'phone' | 'email'>) => [
  ...(phone?.trim() ? [{ kind: 'phone' as const, value: phone.trim() }] : []),
  ...(email?.trim() ? [{ kind: 'email' as const, value: email.trim() }] : []),
]

/** The server's word about a field stands under that field. */
function fieldErrors(error: unknown, fields: Fields) {
  const problem = problemOf(error)
  const contacts = contactsOf(fields)
  const known = ['kind', 'name', 'roles', 'owner_id', 'phone', 'email', 'tags', 'note'] as const
  const told = (problem?.fields ?? []).map(({ path, message }) => {
    const [top = '', index = ''] = path.replace(/^[/.]+/, '').split(/[/.[\]]+/)
    return { name: top === 'contact_points' ? contacts[Number(index)]?.kind : top, message }
  })
  if (problem?.code === 'parties.bad_contact')
    told.push({ name: String(problem.details?.kind), message: problem.detail || problem.title })
  if (problem?.code.startsWith('fields.') && problem.details?.['field'])
    return [
      {
        name: ['fields', String(problem.details['field'])] as (string | number)[],
        errors: [problem.detail || problem.title],
      },
    ]
  return told.flatMap(({ name, message }) => {
    const field = known.find((one) => one === name)
    return field ? [{ name: [field] as (string | number)[], errors: [message] }] : []
  })
}
