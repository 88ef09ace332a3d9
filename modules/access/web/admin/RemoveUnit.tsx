import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useText, useToast } from '../../../../apps/web/ui/index.ts'
import type { UnitView } from '../../contract.ts'
import { accessApi } from '../session.ts'
import { Ask } from './parts.tsx'
import { unitsText } from './units.text.ts'

type RemoveProps = { unit: UnitView; onClose: () => void; onGone: () => void }
export default function RemoveUnit({ unit, onClose, onGone }: RemoveProps) {
  const say = useText(unitsText)
  const toast = useToast()
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () => accessApi.deleteUnit({ params: { id: unit.unit_id } }),
    onSuccess: () => {
      toast.ok(say('removed', { name: unit.name }))
      onGone()
      onClose()
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['access'] }),
  })
  return (
    <Ask
      title={say('remove_title', { name: unit.name })}
      ok={say('remove')}
      danger
      busy={remove.isPending}
      error={remove.error}
      onOk={() => remove.mutate()}
      onClose={onClose}
    >
      <p>{say('remove_text')}</p>
    </Ask>
  )
}
