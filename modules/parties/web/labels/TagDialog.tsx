import { useMutation, useQueryClient } from '@tanstack/react-query'
import Input from 'antd/es/input'
import Select from 'antd/es/select'
import { useState } from 'react'
import { useText, useToast } from '../../../../apps/web/ui/index.ts'
import { Ask } from '../../../access/web/admin/parts.tsx'
import { type TagRow, tagColours } from '../../contract.labels.ts'
import { partyApi } from '../partyApi.ts'
import { labelsText as text } from './labels.text.ts'
import { labelsApi } from './labelsApi.ts'

export type TagDoing = { what: 'define' | 'rename' | 'merge' | 'remove'; row?: TagRow }
type DialogProps = { doing: TagDoing; tags: readonly TagRow[]; onClose: () => void }

/** Says how many will change before they do. */
export function TagDialog({ doing: { what, row }, tags, onClose }: DialogProps) {
  const say = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  const [name, setName] = useState(what === 'rename' || what === 'define' ? (row?.tag ?? '') : '')
  const [colour, setColour] = useState<TagRow['colour']>(row?.colour ?? null)
  const [group, setGroup] = useState(row?.group ?? '')
  const [note, setNote] = useState(row?.note ?? '')
  const saving = useMutation({
    mutationFn: async (): Promise<unknown> =>
      what === 'define'
        ? labelsApi.defineTag({ body: { tag: name.trim(), colour, group: group.trim(), note: note.trim() } })
        : labelsApi.changeTags({
            body: { tags: [row!.tag], become: what === 'remove' ? null : name.trim() },
          }),
    onSuccess: () => {
      for (const key of [labelsApi.tagList.key, labelsApi.tagChanges.key, partyApi.tags.key])
        void queries.invalidateQueries({ queryKey: key })
      toast.ok(say('saved'))
      onClose()
    },
  })
  const titles = {
    define: say(row ? 'edit' : 'add'),
    rename: say('rename_title', { tag: row?.tag }),
    merge: say('merge_title', { tag: row?.tag }),
    remove: say('remove_title', { tag: row?.tag }),
  }
  const ready = what === 'remove' || (name.trim() !== '' && (what === 'define' || name.trim() !== row?.tag))
  return (
    <Ask
      title={titles[what]}
      ok={what === 'define' ? say('ok_define') : say('ok_rename', { n: row?.count ?? 0 })}
      danger={what === 'remove'}
      busy={saving.isPending}
      waits={!ready}
      error={saving.error}
      onOk={() => saving.mutate()}
      onClose={onClose}
    >
      {what !== 'define' && <p>{say('will', { n: row?.count ?? 0 })}</p>}
      {what === 'merge' && (
        <Select
          showSearch
          style={{ width: '100%' }}
          aria-label={say('into')}
          placeholder={say('into')}
          value={name || null}
          options={tags.filter(({ tag }) => tag !== row?.tag).map(({ tag }) => ({ value: tag, label: tag }))}
          onChange={(tag: string) => setName(tag)}
        />
      )}
      {(what === 'rename' || (what === 'define' && !row)) && (
        <Input
          autoFocus
          value={name}
          maxLength={60}
          aria-label={say(what === 'rename' ? 'new_name' : 'tag')}
          placeholder={say(what === 'rename' ? 'new_name' : 'tag')}
          onChange={({ target }) => setName(target.value)}
          onPressEnter={() => ready && saving.mutate()}
        />
      )}
      {what === 'define' && (
        <>
          <Select
            style={{ width: '100%' }}
            aria-label={say('colour')}
            value={colour ?? ''}
            options={[
              { value: '', label: `${say('colour')}: ${say('colour.none')}` },
              ...tagColours.map((value) => ({ value: value as string, label: say(`colour.${value}`) })),
            ]}
            onChange={(value: string) => setColour(tagColours.find((one) => one === value) ?? null)}
          />
          <Input
            value={group}
            maxLength={60}
            aria-label={say('group')}
            placeholder={say('group')}
            onChange={({ target }) => setGroup(target.value)}
          />
          <Input
            value={note}
            maxLength={500}
            aria-label={say('note')}
            placeholder={say('note')}
            onChange={({ target }) => setNote(target.value)}
          />
        </>
      )}
    </Ask>
  )
}
