import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Modal from 'antd/es/modal'
import type { ReactNode } from 'react'
import { problemOf } from '../state/api.ts'
import { useText } from '../state/locale.ts'
import { text } from '../text.ts'
import { useToast } from './toast.tsx'

type FormDialogProps<R> = {
  title: string
  /** What it answers takes the place of `under`: what the page shows is what was kept. */
  save: () => Promise<R>
  under: QueryKey
  onClose: () => void
  children: ReactNode
}

/** Settings in a box: closed by its buttons alone, saved at once or refused in words with everything still filled in. */
export function FormDialog<R>({ title, save, under, onClose, children }: FormDialogProps<R>) {
  const say = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  const saving = useMutation({
    mutationFn: save,
    onSuccess: (saved) => {
      queries.setQueryData(under, saved)
      toast.ok(say('saved'))
      onClose()
    },
  })
  const problem = problemOf(saving.error)
  return (
    <Modal
      open
      title={title}
      onCancel={onClose}
      mask={{ closable: false }}
      width={520}
      footer={[
        <Button key="no" onClick={onClose}>
          {say('cancel')}
        </Button>,
        <Button key="yes" type="primary" loading={saving.isPending} onClick={() => saving.mutate()}>
          {say('save')}
        </Button>,
      ]}
    >
      <div className="fdlg">
        {saving.error && (
          <div className="said" role="alert">
            {problem?.detail || problem?.title || saving.error.message}
          </div>
        )}
        {children}
      </div>
    </Modal>
  )
}
