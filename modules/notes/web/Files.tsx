import { useMutation, useQuery } from '@tanstack/react-query'
import { type ChangeEvent, useRef } from 'react'
import {
  Icon,
  IconButton,
  problemOf,
  useLocale,
  useText,
  useToast,
  When,
} from '../../../apps/web/ui/index.ts'
import { Block, Problem, useFresh } from '../../../apps/web/ui/inplace/inplace.tsx'
import { formatNumber } from '../../../kernel/text.ts'
import type { TimelineEntry } from '../../parties/contract.ts'
import type { PartyPartProps } from '../../parties/web/part.ts'
import { partyApi } from '../../parties/web/partyApi.ts'
import { useMayChange } from '../../parties/web/usePartyWrite.ts'
import type { Attachment } from '../contract.ts'
import { noteApi } from './noteApi.ts'
import { text } from './text.ts'

const changes = [noteApi.attachments.key, partyApi.timeline.key]
const MB = 1024 * 1024
// While a scanner looks at a file, it is asked again.
const ASK_MS = 3000

export const urlOf = (party_id: number, id: number) => `/api/v1/parties/${party_id}/attachments/${id}/file`

export function useSize() {
  const locale = useLocale()
  return (bytes: number): string =>
    bytes >= MB
      ? `${formatNumber(bytes / MB, locale, { maximumFractionDigits: 1 })} MB`
      : `${formatNumber(Math.max(1, Math.round(bytes / 1024)), locale)} KB`
}

/** A customer's files: added by a button or dropped here, always taken away as a download. */
export function Files({ party }: PartyPartProps) {
  const say = useText(text)
  const may = useMayChange(party, 'attachments:write') && party.live
  const fresh = useFresh(changes)
  const input = useRef<HTMLInputElement>(null)
  const { data } = useQuery({
    ...noteApi.attachments.query({ params: { id: party.id }, query: {} }),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ scan }) => scan === 'pending') ? ASK_MS : false,
  })
  const send = useMutation({
    mutationFn: async (files: readonly File[]) => {
      for (const file of files)
        await noteApi.upload({
          params: { id: party.id },
          query: { name: file.name.slice(0, 255) },
          stream: file,
          headers: { 'content-type': file.type || 'application/octet-stream' },
        })
    },
    onSettled: fresh,
  })
  const chosen = (event: ChangeEvent<HTMLInputElement>) => {
    const files = [...(event.target.files ?? [])]
    event.target.value = ''
    if (files.length > 0) send.mutate(files)
  }
  if (!data || (!may && data.items.length === 0)) return null
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files may be dropped here too; the button does the same
    <div
      onDragOver={(event) => may && event.preventDefault()}
      onDrop={(event) => {
        if (!may || event.dataTransfer.files.length === 0) return
        event.preventDefault()
        send.mutate([...event.dataTransfer.files])
      }}
    >
      <Block
        title={say('files')}
        count={data.items.length}
        add={may && say('attach')}
        onAdd={() => input.current?.click()}
      >
        <input ref={input} type="file" multiple hidden aria-label={say('attach')} onChange={chosen} />
        {data.items.length === 0 && !send.isPending && (
          <p className="mut s13">{say('no_files', { mb: Math.round(data.most_bytes / MB) })}</p>
        )}
        <ul className="dlist">
          {send.isPending && (
            <li className="mut s12" aria-live="polite">
              {say('uploading', { name: send.variables.map(({ name }) => name) })}
            </li>
          )}
          {data.items.map((file) => (
            <FileLine key={file.id} file={file} may={may} />
          ))}
        </ul>
        <Problem error={send.error} />
        {data.items.length > 0 && !data.scanner && <p className="mut s12">{say('no_scanner')}</p>}
      </Block>
    </div>
  )
}

function FileLine({ file, may }: { file: Attachment; may: boolean }) {
  const say = useText(text)
  const size = useSize()
  const toast = useToast()
  const fresh = useFresh(changes)
  const params = { id: file.party_id, attachment_id: file.id }
  const fail = (error: Error) =>
    toast.error(say('not_saved', { why: problemOf(error)?.detail || error.message }))
  const remove = () =>
    void noteApi.removeAttachment({ params }).then(() => {
      fresh()
      toast.ok(say('file_removed'), {
        label: say('undo'),
        run: () => void noteApi.restoreAttachment({ params }).then(fresh, fail),
      })
    }, fail)
  return (
    <li>
      <div className="row">
        <Icon name="clip" />
        {file.served ? (
          <a
            className="lnk cut"
            href={urlOf(file.party_id, file.id)}
            download
            title={say('download', { name: file.name })}
          >
            {file.name}
          </a>
        ) : (
          <span className="cut mut">{file.name}</span>
        )}
        <span className="sp" />
        {may && (
          <IconButton
            icon="close"
            className="xs"
            title={say('remove_file', { name: file.name })}
            onClick={remove}
          />
        )}
      </div>
      <p className={file.scan === 'infected' ? 's12 seal' : 's12 mut'}>
        {size(file.bytes)} · {file.created_by?.name && `${file.created_by.name} · `}
        <When at={file.created_at} />
        {file.scan !== 'unscanned' && ` · ${say(file.scan)}`}
      </p>
    </li>
  )
}

export function FileRow({ entry }: { entry: TimelineEntry }) {
  const say = useText(text)
  const size = useSize()
  const file = entry.data as Omit<Attachment, 'id' | 'created_at'>
  return (
    <div className="nhead">
      <span className="nw">
        <b>{file.created_by?.name ?? say('system')}</b> {say('file_added')}
      </span>
      {file.served ? (
        <a className="lnk cut" href={urlOf(file.party_id, entry.id)} download>
          {file.name}
        </a>
      ) : (
        <span className="cut">{file.name}</span>
      )}
      <span className="mut s12 nw">{size(file.bytes)}</span>
    </div>
  )
}
