import { useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { type DragEvent, useRef, useState } from 'react'
import { Icon, Progress, problemOf, useCan, useLocale, useSearch } from '../../../apps/web/ui/index.ts'
import { useSay } from '../../orders/web/say.ts'
import type { Import } from '../contract.ts'
import { Earlier } from './Earlier.tsx'
import { bytes } from './format.ts'
import { importApi } from './importApi.ts'
import { text } from './text.ts'
import { refuse, Stopped, send, stopUpload, type Upload, useRefused, useUpload } from './upload.ts'

type DropProps = {
  /** an import whose file has not arrived whole */
  into: Import | undefined
  /** an import whose rejected rows come back mended */
  mended: Import | undefined
  waiting: boolean
}

export function Drop({ into, mended, waiting }: DropProps) {
  const say = useSay(text)
  const can = useCan()
  const upload = useUpload()
  const take = useTake(into, mended)
  const problem = useRefused(into?.id ?? 0)
  const sending = upload && (!into || upload.import_id === into.id) ? upload : null
  return (
    <div className="scroll pad idrop">
      {can('imports:write') &&
        (sending ? (
          <Sending upload={sending} />
        ) : (
          <Zone
            onFiles={take}
            onFolder={(name) => refuse(into?.id ?? 0, say('a_folder', { name }))}
            disabled={waiting}
          >
            {mended ? (
              <p>{say('mending', { file: mended.file_name })}</p>
            ) : (
              into && !problem && <p>{say('broke_off')}</p>
            )}
          </Zone>
        ))}
      {problem && !sending && (
        <div className="said" role="alert">
          {problem}
        </div>
      )}
      <Earlier />
    </div>
  )
}

/** From a file in the hand to an import whose columns can be matched. */
function useTake(into: Import | undefined, mended: Import | undefined) {
  const say = useSay(text)
  const queries = useQueryClient()
  const [, setSearch] = useSearch()
  return async (files: readonly File[]) => {
    const [file] = files
    if (!file) return
    const wrong = unfit(files, say)
    let import_id = into?.id ?? 0
    refuse(import_id, wrong)
    if (wrong) return
    try {
      const one = into ?? (await importApi.create({ body: announce(file, mended) }))
      import_id = one.id
      queries.setQueryData(keyOf(one.id), one)
      setSearch({ id: String(one.id), after: undefined, step: undefined }, { push: !into })
      const sent = await send(one.id, file)
      const ready = mended ? await asBefore(sent, mended) : sent
      queries.setQueryData(keyOf(one.id), ready)
    } catch (error) {
      if (error instanceof Stopped) return
      const told = problemOf(error)
      // A file that was changed meanwhile can no longer be read: the browser calls that a lost connection.
      const gone = told?.status === 0 && !(await readable(file))
      const why = told?.status === 0 ? say('offline') : told?.detail || told?.title || String(error)
      refuse(import_id, gone ? say('file_changed', { name: file.name }) : say('upload_failed', { why }))
    } finally {
      void queries.invalidateQueries({ queryKey: importApi.list.key })
    }
  }
}

const readable = (file: File): Promise<boolean> =>
  file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    )

const keyOf = (id: number) => importApi.get.query({ params: { id } }).queryKey

type Say = ReturnType<typeof useSay<typeof text>>
function unfit(files: readonly File[], say: Say): string | undefined {
  const [file] = files
  if (!file) return undefined
  if (files.length > 1) return say('one_file')
  if (/\.(pdf|docx?|pptx?|zip|rar|7z|png|jpe?g)$/i.test(file.name))
    return say('not_a_table', { name: file.name })
  return file.size === 0 ? say('empty_file', { name: file.name }) : undefined
}

const announce = (file: File, mended: Import | undefined) => ({
  file_name: file.name.slice(-255),
  ...(mended
    ? {
        kind: mended.kind,
        source: mended.source,
        read_options: mended.read_options,
        run_options: mended.run_options,
      }
    : {}),
})

/** A mended file has the columns that were matched before, and two or three of ours. */
async function asBefore(sent: Import, before: Import): Promise<Import> {
  const headers = before.detected?.headers
  if (!sent.detected || !headers) return sent
  const columns = sent.detected.headers.map((header) => before.columns[headers.indexOf(header)] ?? null)
  if (columns.every((target) => target === null)) return sent
  return importApi.update({
    params: { id: sent.id },
    body: { columns, read_options: before.read_options, run_options: before.run_options },
  })
}

/** A folder comes as a file of no type that cannot be read. */
const folderIn = (items: DataTransferItemList): string | undefined =>
  [...items].map((item) => item.webkitGetAsEntry?.()).find((entry) => entry?.isDirectory)?.name

type ZoneProps = {
  onFiles: (files: readonly File[]) => void
  onFolder: (name: string) => void
  disabled: boolean
  children: React.ReactNode
}
function Zone({ onFiles, onFolder, disabled, children }: ZoneProps) {
  const say = useSay(text)
  const [over, setOver] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const onDrag = (event: DragEvent) => {
    event.preventDefault()
    setOver(event.type === 'dragover' || event.type === 'dragenter')
  }
  return (
    // The button inside is the way for keys; dragging has no keys.
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    <div
      className={over ? 'dropzone over' : 'dropzone'}
      onDragEnter={onDrag}
      onDragOver={onDrag}
      onDragLeave={onDrag}
      onDrop={(event) => {
        onDrag(event)
        const folder = folderIn(event.dataTransfer.items)
        if (folder !== undefined) onFolder(folder)
        else if (!disabled) onFiles([...event.dataTransfer.files])
      }}
    >
      <Icon name="import" />
      <h2>{over ? say('drop_over') : say('drop_title')}</h2>
      {children || <p>{say('drop_text')}</p>}
      <Button type="primary" disabled={disabled} onClick={() => field.current?.click()}>
        {say('choose')}
      </Button>
      <input
        ref={field}
        type="file"
        className="hiddenfile"
        tabIndex={-1}
        aria-label={say('choose')}
        accept=".xlsx,.csv,.tsv,.txt,.gz,text/csv,text/plain,application/gzip,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
      <p className="mut s12">{say('nothing_yet')}</p>
    </div>
  )
}

function Sending({ upload }: { upload: Upload }) {
  const say = useSay(text)
  const locale = useLocale()
  const { sent, total, name, began_ms } = upload
  const all = sent >= total
  const seconds = (performance.now() - began_ms) / 1000
  const eta_ms = sent > 0 && seconds > 1 ? ((total - sent) / (sent / seconds)) * 1000 : null
  return (
    <div className="dropzone" aria-live="polite">
      <Icon name="import" />
      <h2>{all ? say('checking') : say('sending', { name })}</h2>
      <div className="sending">
        <Progress done={sent} total={all ? null : total} eta_ms={eta_ms} label={say('sending', { name })} />
      </div>
      <p className="mut s12">{say('sent', { sent: bytes(sent, locale), total: bytes(total, locale) })}</p>
      {!all && <Button onClick={stopUpload}>{say('stop_upload')}</Button>}
    </div>
  )
}
