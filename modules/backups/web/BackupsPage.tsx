import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Modal from 'antd/es/modal'
import { lazy, Suspense, useMemo, useRef, useState } from 'react'
import {
  DataTable,
  Empty,
  Figure,
  Page,
  problemOf,
  useCan,
  useLocale,
  useNarrow,
  useSearch,
  useText,
  useToast,
  When,
} from '../../../apps/web/ui/index.ts'
import { formatNumber } from '../../../kernel/text.ts'
import type { Backup, Settings } from '../contract.ts'
import { BackupPeek } from './BackupPeek.tsx'
import { backupApi, everythingUrl, sendBackup } from './backupApi.ts'
import { BackupNarrow, bytes, isWhole, useBackupColumns } from './columns.tsx'
import { text } from './text.ts'
import './backups.css'

const RestoreDialog = lazy(() => import('./RestoreDialog.tsx'))
const SettingsDialog = lazy(() => import('./SettingsDialog.tsx'))
const keyOf = (row: Backup) => row.id
const narrowRow = (row: Backup) => <BackupNarrow row={row} />
const ASK_MS = 1500

export function BackupsPage() {
  const say = useText(text)
  const can = useCan()
  const narrow = useNarrow()
  const [search, setSearch] = useSearch()
  const [restoring, setRestoring] = useState<Backup>()
  const [removing, setRemoving] = useState<Backup>()
  const [setting, setSetting] = useState(false)
  const { list, rows } = useBackups()
  const settings = useQuery({ ...backupApi.settings.query(), enabled: can('backups:read') }).data
  const columns = useBackupColumns()
  const peek = Number(search['peek']) || undefined
  const shown = rows.find((row) => row.id === peek)
  const running = rows.find((row) => row.state === 'running')
  const may = can('backups:write')
  const card = (row: Backup) => (
    <BackupPeek
      row={row}
      onClose={() => setSearch({ peek: undefined })}
      onRestore={() => setRestoring(row)}
      onRemove={() => setRemoving(row)}
    />
  )
  return (
    <Page
      title={say('title')}
      may="backups:read"
      note={say('lead')}
      actions={may && <Actions running={running !== undefined} />}
      head={<Strip rows={rows} settings={settings} onSettings={may ? () => setSetting(true) : undefined} />}
      peek={shown ? card(shown) : undefined}
    >
      <DataTable
        name="backups"
        label={say('title')}
        columns={columns}
        rows={rows}
        source={list}
        keyOf={keyOf}
        peek={peek}
        onPeek={(key) => setSearch({ peek: key === undefined ? undefined : String(key) })}
        narrow={narrow ? narrowRow : undefined}
        empty={<Empty title={say('empty_title')} text={say('empty_text')} />}
      />
      <Suspense>
        {restoring && <RestoreDialog row={restoring} onClose={() => setRestoring(undefined)} />}
        {setting && settings && <SettingsDialog now={settings} onClose={() => setSetting(false)} />}
      </Suspense>
      {removing && <Remove row={removing} onClose={() => setRemoving(undefined)} />}
    </Page>
  )
}

function useBackups() {
  const can = useCan()
  const list = useInfiniteQuery({
    ...backupApi.list.pages({ query: { limit: 100 } }),
    enabled: can('backups:read'),
    refetchInterval: ({ state }) =>
      state.data?.pages[0]?.items.some((row) => row.state === 'running') ? ASK_MS : 15_000,
  })
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  return { list, rows }
}

function Actions({ running }: { running: boolean }) {
  const say = useText(text)
  const locale = useLocale()
  const toast = useToast()
  const queries = useQueryClient()
  const again = () => queries.invalidateQueries({ queryKey: backupApi.list.key })
  const complain = (error: Error) => toast.error(problemOf(error)?.detail || error.message)
  const take = useMutation({
    mutationFn: () => backupApi.take({ body: {} }),
    onError: complain,
    onSettled: again,
  })
  const [share, setShare] = useState<number>()
  const input = useRef<HTMLInputElement>(null)
  const upload = useMutation({
    mutationFn: (file: File) => sendBackup(file, setShare),
    onSuccess: (row) => toast.ok(say('uploaded', { name: row.file })),
    onError: complain,
    onSettled: () => {
      setShare(undefined)
      return again()
    },
  })
  return (
    <>
      <Button href={everythingUrl} title={say('everything_hint')}>
        {say('everything')}
      </Button>
      <Button disabled={upload.isPending} onClick={() => input.current?.click()}>
        {share === undefined ? say('upload') : formatNumber(share, locale, { style: 'percent' })}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".zip,application/zip"
        hidden
        aria-label={say('upload')}
        onChange={({ target }) => {
          const [file] = target.files ?? []
          if (file) upload.mutate(file)
          target.value = ''
        }}
      />
      <Button type="primary" loading={running || take.isPending} onClick={() => take.mutate()}>
        {say(running ? 'taking' : 'take')}
      </Button>
    </>
  )
}

type StripProps = {
  rows: readonly Backup[]
  settings: Settings | undefined
  onSettings: (() => void) | undefined
}
/** What one wants to know without reading the list: how old, proven or not, when next, room left. */
function Strip({ rows, settings, onSettings }: StripProps) {
  const say = useText(text)
  const locale = useLocale()
  const last = rows.find(isWhole)
  const newest = rows.find((row) => row.state !== 'running')
  const tried = rows.find((row) => row.check)
  const why = tried?.check?.error?.message ?? ''
  const bad = tried?.check?.ok === false ? 'bad_strip' : tried?.check?.ok === null ? 'untried_strip' : null
  return (
    <div className="bktop">
      {newest?.state === 'failed' && (
        <div className="said" role="alert">
          {say('failed_strip', { reason: newest.error?.message ?? '' })}
        </div>
      )}
      {bad && (
        <div className="said" role="alert">
          {say(bad, { reason: why })}
        </div>
      )}
      <div className="bkfigs">
        <Figure label={say('last')} value={last ? <When at={last.taken_at} time /> : say('never')} />
        <Figure
          label={say('tried')}
          value={tried?.check ? <When at={tried.check.at} time /> : say('never')}
          note={tried?.check?.ok ? say('good') : undefined}
        />
        <Figure
          label={say('next')}
          value={
            settings
              ? settings.nightly
                ? say('at_hour', { hour: String(settings.hour).padStart(2, '0') })
                : say('off')
              : '—'
          }
        />
        <Figure label={say('room')} value={settings ? bytes(settings.free_bytes, locale) : '—'} />
        {onSettings && (
          <Button className="sp" size="small" onClick={onSettings}>
            {say('settings')}
          </Button>
        )}
      </div>
    </div>
  )
}

function Remove({ row, onClose }: { row: Backup; onClose: () => void }) {
  const say = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () => backupApi.remove({ params: { id: row.id } }),
    onSuccess: () => toast.ok(say('removed')),
    onError: (error) => toast.error(problemOf(error)?.detail || error.message),
    onSettled: () => {
      onClose()
      return queries.invalidateQueries({ queryKey: backupApi.list.key })
    },
  })
  return (
    <Modal
      open
      title={say('remove_title')}
      onCancel={onClose}
      okText={say('remove')}
      cancelText={say('cancel')}
      okButtonProps={{ danger: true, loading: remove.isPending }}
      onOk={() => remove.mutate()}
      width={420}
    >
      <p>{say('remove_text', { name: row.file })}</p>
    </Modal>
  )
}
