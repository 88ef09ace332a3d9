import { useMutation, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Form from 'antd/es/form'
import Modal from 'antd/es/modal'
import { useText, useToast } from '../../../../apps/web/ui/index.ts'
import type { User, UserPatch } from '../../contract.ts'
import { accessApi } from '../session.ts'
import { UserFields } from './InviteDialog.tsx'
import { Refused, useRoleOptions, useUnitOptions } from './parts.tsx'
import { text } from './text.ts'
import { usersText } from './users.text.ts'

export default function EditUser({ user, onClose }: { user: User; onClose: () => void }) {
  const say = useText(text)
  const own = useText(usersText)
  const toast = useToast()
  const queries = useQueryClient()
  const roles = useRoleOptions(user)
  const units = useUnitOptions()
  const [form] = Form.useForm<UserPatch>()
  const { name, email, role, unit_id, locale } = user
  const save = useMutation({
    // At the version that was shown: what a colleague changed meanwhile is not overwritten.
    mutationFn: (body: UserPatch) =>
      accessApi.patchUser({ params: { id: user.user_id }, body, if_match: `"${user.version}"` }),
    onSuccess: () => {
      toast.ok(say('saved'))
      onClose()
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['access'] }),
  })
  return (
    <Modal
      open
      title={own('edit_title', { name })}
      onCancel={onClose}
      mask={{ closable: false }}
      width={480}
      footer={[
        <Button key="no" onClick={onClose}>
          {say('cancel')}
        </Button>,
        <Button key="yes" type="primary" loading={save.isPending} onClick={form.submit}>
          {say('save')}
        </Button>,
      ]}
    >
      <Refused error={save.error} />
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        validateTrigger="onSubmit"
        initialValues={{ name, email, role, unit_id, locale }}
        onFinish={save.mutate}
      >
        <UserFields roles={roles} units={units} />
      </Form>
    </Modal>
  )
}
