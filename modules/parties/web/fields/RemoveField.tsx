import { useMutation, useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Input from 'antd/es/input'
import { useState } from 'react'
import { problemOf, useText, useToast } from '../../../../apps/web/ui/index.ts'
import type { FieldDefinition } from '../../contract.fields.ts'
import { fieldApi } from './fieldApi.ts'
import { useFieldName } from './sections.ts'
import { fieldsText } from './text.ts'

/** Archived first, which loses nothing and is undone with one click; removed only with the count of what goes. */
export function RemoveField({ field, onDone }: { field: FieldDefinition; onDone: () => void }) {
  const say = useText(fieldsText)
  const name = useFieldName()
  const toast = useToast()
  const [asking, setAsking] = useState(false)
  const [typed, setTyped] = useState('')
  const params = { id: field.custom_field_id }
  const { data } = useQuery({ ...fieldApi.get.query({ params }), enabled: asking })
  const failed = (error: Error) => toast.error(problemOf(error)?.detail || error.message)
  const archive = useMutation({
    mutationFn: () => fieldApi.update({ params, body: { archived: field.archived_at === null } }),
    onSuccess: onDone,
    onError: failed,
  })
  const remove = useMutation({
    mutationFn: () => fieldApi.remove({ params, query: { values: data?.values ?? 0 } }),
    onSuccess: () => {
      toast.ok(say('removing'))
      onDone()
    },
    onError: failed,
  })
  if (asking)
    return (
      <span className="fact">
        <span className="s12">{data && say('remove_sure', { name: name(field), n: data.values })}</span>
        <Input
          size="small"
          value={typed}
          style={{ width: 72 }}
          aria-label={say('remove')}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button
          size="small"
          danger
          disabled={!data || typed.trim() !== String(data.values)}
          loading={remove.isPending}
          onClick={() => remove.mutate()}
        >
          {say('remove_do')}
        </Button>
      </span>
    )
  return (
    <span className="fact">
      <Button loading={archive.isPending} onClick={() => archive.mutate()}>
        {say(field.archived_at ? 'restore' : 'archive')}
      </Button>
      {field.archived_at && (
        <Button danger onClick={() => setAsking(true)}>
          {say('remove')}
        </Button>
      )}
    </span>
  )
}
