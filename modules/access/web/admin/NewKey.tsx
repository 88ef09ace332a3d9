import { useMutation, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Form from 'antd/es/form'
import Input from 'antd/es/input'
import Modal from 'antd/es/modal'
import Select from 'antd/es/select'
import { useState } from 'react'
import { problemOf, uniqueKey, useMe, useText } from '../../../../apps/web/ui/index.ts'
import type { KeyWrite } from '../../contract.ts'
import { accessApi } from '../session.ts'
import { keysText } from './keys.text.ts'
import { Once, Refused, useRoleOptions, useUnitOptions } from './parts.tsx'
import { text } from './text.ts'
import { usersText } from './users.text.ts'

export default function NewKey({ onClose }: { onClose: () => void }) {
  const say = useText(text)
  const own = useText(keysText)
  const need = useText(usersText)
  const queries = useQueryClient()
  const me = useMe()
  const roles = useRoleOptions()
  const units = useUnitOptions()
  const [form] = Form.useForm<KeyWrite>()
  const [once, setOnce] = useState(uniqueKey)
  const make = useMutation({
    mutationFn: (body: KeyWrite) => accessApi.createKey({ body, idempotency_key: once }),
    onSuccess: () => queries.invalidateQueries({ queryKey: accessApi.keys.key }),
    onError: (error) => {
      // A refused body will be mended and is then another request.
      if (problemOf(error)?.status) setOnce(uniqueKey())
    },
  })
  if (make.data)
    return (
      <Modal
        open
        title={own('made_title', { name: make.data.name })}
        onCancel={onClose}
        mask={{ closable: false }}
        width={520}
        footer={[
          <Button key="done" onClick={onClose}>
            {need('done')}
          </Button>,
        ]}
      >
        <Once label={own('key')} value={make.data.key} hint={own('key_hint')} />
      </Modal>
    )
  return (
    <Modal
      open
      title={own('create')}
      onCancel={onClose}
      mask={{ closable: false }}
      width={480}
      footer={[
        <Button key="no" onClick={onClose}>
          {say('cancel')}
        </Button>,
        <Button key="yes" type="primary" loading={make.isPending} onClick={form.submit}>
          {own('create_do')}
        </Button>,
      ]}
    >
      <Refused error={make.error} />
      <p className="mut s13 adlead">{own('create_lead')}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        validateTrigger="onSubmit"
        initialValues={{ unit_id: me.unit_id }}
        onFinish={make.mutate}
      >
        <Form.Item
          name="name"
          label={own('key_name')}
          rules={[{ required: true, whitespace: true, message: own('need_name') }]}
        >
          <Input maxLength={200} autoFocus autoComplete="off" />
        </Form.Item>
        <div className="two-cols">
          <Form.Item name="role" label={say('role')} rules={[{ required: true, message: need('need_role') }]}>
            <Select showSearch={{ optionFilterProp: 'label' }} options={roles} />
          </Form.Item>
          <Form.Item name="unit_id" label={say('unit')}>
            <Select showSearch={{ optionFilterProp: 'label' }} options={units} />
          </Form.Item>
        </div>
      </Form>
    </Modal>
  )
}
