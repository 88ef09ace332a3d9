import { type Api, api } from '../../../apps/web/ui/state/api.ts'
import { locale } from '../../../apps/web/ui/state/locale.ts'
import { session } from '../../../apps/web/ui/state/session.ts'
import { ApiError, type Problem, urlOf } from '../../../kernel/client.ts'
import { type Backup, backups, type Restore } from '../contract.ts'

export const backupApi: Api<typeof backups> = api('backups', backups)
export const downloadUrl = (id: number): string => urlOf(backups.download, { params: { id } })
export const everythingUrl = urlOf(backups.everything)

/** Not fetch: only XMLHttpRequest says how much of a body has gone. */
export function sendBackup(file: File, onShare: (share: number) => void): Promise<Backup> {
  const xhr = new XMLHttpRequest()
  return new Promise((done, failed) => {
    xhr.open('POST', urlOf(backups.upload, { query: { name: file.name } }))
    xhr.setRequestHeader('accept-language', locale())
    xhr.setRequestHeader('x-csrf-token', session()?.csrf ?? '')
    xhr.setRequestHeader('content-type', 'application/octet-stream')
    xhr.upload.onprogress = (event) => onShare(event.loaded / Math.max(1, event.total))
    xhr.onload = () => {
      const body = parsed(xhr)
      if (xhr.status < 300) done(body as Backup)
      else failed(new ApiError((body as Problem | null) ?? { ...lost, status: xhr.status }))
    }
    xhr.onerror = () => failed(new ApiError(lost))
    xhr.send(file)
  })
}
const lost: Problem = { status: 0, code: 'kernel.unreachable', title: '', detail: '' }
function parsed(xhr: XMLHttpRequest): unknown {
  try {
    return JSON.parse(xhr.responseText)
  } catch {
    return null
  }
}

export type Watched =
  | { state: 'running'; phase: string; percent: number }
  | { state: 'done' }
  | { state: 'failed'; why: string }

/**
 * How a restore goes, asked past the page's own client: while the house rests every route answers 503, and when it is
 * done the session is gone, which is how we know.
 */
export async function watchRestore(): Promise<Watched> {
  const ready = await fetch('/readyz').catch(() => null)
  const said = (await ready?.json().catch(() => null)) as {
    status?: string
    phase?: string
    percent?: number
  } | null
  if (said?.status === 'restoring')
    return { state: 'running', phase: said.phase ?? 'resting', percent: said.percent ?? 0 }
  if (!ready?.ok) return { state: 'running', phase: 'resting', percent: 0 }
  const answer = await fetch(urlOf(backups.restoring), { headers: { 'accept-language': locale() } }).catch(
    () => null,
  )
  if (answer?.status === 401) return { state: 'done' }
  const restore = answer?.ok ? ((await answer.json()) as Restore) : null
  if (restore?.state === 'failed') return { state: 'failed', why: restore.error?.message ?? '' }
  if (restore?.state === 'done') return { state: 'done' }
  return { state: 'running', phase: 'resting', percent: 0 }
}
