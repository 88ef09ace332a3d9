import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Form from 'antd/es/form'
import Input from 'antd/es/input'
import Modal from 'antd/es/modal'
import Select from 'antd/es/select'
import { useMemo, useState } from 'react'
import { problemOf, uniqueKey, useText, useToast } from '../../../../apps/web/ui/index.ts'
import type { UnitView } from '../../contract.ts'
import { below, fitsBelow, type UnitKind, unitKinds } from '../../rules.ts'
import { accessApi } from '../session.ts'
import { Refused } from './parts.tsx'
import { text } from './text.ts'
import { unitsText } from './units.text.ts'

type LowerKind = Exclude<UnitKind, 'headquarters'>
type Fields = { name: string; parent_id: number; kind: LowerKind }
type UnitProps = { unit?: UnitView; parent_id?: number; onClose: () => void }

/** A new unit, or another name, level or place for one. */
export default function UnitDialog({ unit, parent_id, onClose }: UnitProps) {
  const say = useText(unitsText)
  const own = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  const all = useQuery(accessApi.units.query()).data?.items ?? []
  const [form] = Form.useForm<Fields>()
  const name = Form.useWatch('name', form)?.trim()
  const parent = Form.useWatch('parent_id', form) ?? unit?.parent_id ?? parent_id
  const [once, setOnce] = useState(uniqueKey)
  const kinds = useMemo(() => kindsBelow(all, parent), [all, parent])
  const root = unit?.parent_id === null
  const save = useMutation({
    mutationFn: (body: Fields) =>
      unit
        ? accessApi.patchUnit({
            params: { id: unit.unit_id },
            body: root ? { name: body.name } : body,
            if_match: `"${unit.version}"`,
          })
        : accessApi.createUnit({ body, idempotency_key: once }),
    onSuccess: () => {
      toast.ok(own('saved'))
      onClose()
    },
    onError: (error) => {
      // A refused body will be mended and is then another request.
      if (problemOf(error)?.status) setOnce(uniqueKey())
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['access'] }),
  })
  // Not below itself.
  const inside = new Set(unit ? below(all, unit.unit_id) : [])
  const parents = all
    .filter((one) => one.kind !== 'team' && !inside.has(one.unit_id))
    .map((one) => ({ value: one.unit_id, label: `${'\u3000'.repeat(one.depth)}${one.name}` }))
  const first = {
    name: unit?.name ?? '',
    parent_id: unit?.parent_id ?? parent_id ?? all[0]?.unit_id,
    kind: unit?.kind ?? kindsBelow(all, parent_id ?? all[0]?.unit_id)[0],
  }
  return (
    <Modal
      open
      title={unit ? say('edit_title', { name: unit.name }) : say('add')}
      onCancel={onClose}
      mask={{ closable: false }}
      width={440}
      footer={[
        <Button key="no" onClick={onClose}>
          {own('cancel')}
        </Button>,
        <Button key="yes" type="primary" loading={save.isPending} onClick={form.submit}>
          {unit ? own('save') : name ? say('add_do', { name }) : say('add_plain')}
        </Button>,
      ]}
    >
      <Refused error={save.error} />
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        validateTrigger="onSubmit"
        initialValues={first}
        onValuesChange={(changed: Partial<Fields>) => {
          if (changed.parent_id === undefined) return
          const fitting = kindsBelow(all, changed.parent_id)
          if (!fitting.includes(form.getFieldValue('kind') as LowerKind) && fitting[0])
            form.setFieldValue('kind', fitting[0])
        }}
        onFinish={save.mutate}
      >
        <Form.Item
          name="name"
          label={say('name')}
          rules={[{ required: true, whitespace: true, message: say('need_name') }]}
        >
          <Input maxLength={200} autoFocus autoComplete="off" />
        </Form.Item>
        {!root && (
          <>
            <Form.Item
              name="parent_id"
              label={say('parent')}
              rules={[{ required: true, message: say('need_parent') }]}
            >
              <Select showSearch={{ optionFilterProp: 'label' }} options={parents} />
            </Form.Item>
            <Form.Item name="kind" label={say('kind')}>
              <Select options={kinds.map((value) => ({ value, label: say(value) }))} />
            </Form.Item>
            {unit && <p className="mut s12">{say('move_note')}</p>}
          </>
        )}
      </Form>
    </Modal>
  )
}

const kindsBelow = (all: readonly UnitView[], parent_id: number | null | undefined): LowerKind[] => {
  const above = all.find((one) => one.unit_id === parent_id)?.kind ?? 'headquarters'
  return unitKinds.filter((kind): kind is LowerKind => kind !== 'headquarters' && fitsBelow(kind, above))
}
