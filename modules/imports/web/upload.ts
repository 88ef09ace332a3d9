import { locale } from '../../../apps/web/ui/state/locale.ts'
import { session } from '../../../apps/web/ui/state/session.ts'
import { store, useStore } from '../../../apps/web/ui/state/store.ts'
import { ApiError, type Problem, urlOf } from '../../../kernel/client.ts'
import { type Import, imports } from '../contract.ts'

/** What this tab is sending. It lives outside the page: one may look elsewhere while a file travels. */
export type Upload = { import_id: number; name: string; sent: number; total: number; began_ms: number }
const current = store<Upload | null>(null)
/** Why the last file was not taken in, under the import that it was for (0: before there was one). */
const refused = store<{ import_id: number; why: string } | null>(null)
let request: XMLHttpRequest | undefined

export const useUpload = (): Upload | null => useStore(current)
export const useRefused = (import_id: number): string | undefined => {
  const last = useStore(refused)
  return last?.import_id === import_id ? last.why : undefined
}
export const refuse = (import_id: number, why: string | undefined) =>
  refused.set(why === undefined ? null : { import_id, why })

/** Not fetch: only XMLHttpRequest says how much of a body has gone. */
export function send(import_id: number, file: File): Promise<Import> {
  const xhr = new XMLHttpRequest()
  request = xhr
  const began_ms = performance.now()
  const at = (sent: number) => current.set({ import_id, name: file.name, sent, total: file.size, began_ms })
  at(0)
  return new Promise<Import>((done, failed) => {
    xhr.open('PUT', urlOf(imports.upload, { params: { id: import_id } }))
    xhr.setRequestHeader('accept-language', locale())
    xhr.setRequestHeader('x-csrf-token', session()?.csrf ?? '')
    xhr.setRequestHeader('content-type', 'application/octet-stream')
    xhr.upload.onprogress = (event) => at(event.loaded)
    xhr.onload = () => (xhr.status < 300 ? done(JSON.parse(xhr.responseText)) : failed(refusal(xhr)))
    xhr.onerror = () => failed(new ApiError(lost))
    xhr.onabort = () => failed(new Stopped())
    xhr.send(file)
  }).finally(() => {
    current.set(null)
    request = undefined
  })
}

export const stopUpload = () => request?.abort()
export class Stopped extends Error {}

const lost: Problem = { status: 0, code: 'kernel.unreachable', title: '', detail: '' }
function refusal(xhr: XMLHttpRequest): ApiError {
  try {
    return new ApiError(JSON.parse(xhr.responseText) as Problem)
  } catch {
    return new ApiError({ ...lost, status: xhr.status, title: xhr.statusText, detail: xhr.statusText })
  }
}
