import { useEffect, useRef, useState } from 'react'
import { type ExportFormat, exportRoutes } from '../../../../modules/exports/contract.ts'
import { useToast } from '../parts/toast.tsx'
import { api, problemOf } from '../state/api.ts'
import { locale, useText } from '../state/locale.ts'
import { uniqueKey } from '../state/store.ts'
import { text } from './text.ts'

const exportApi = api('exports', exportRoutes)
const ASK_MS = 700

export type ExportAsked = { format: ExportFormat; lang: 'zh-CN' | 'en'; key: string; columns?: string }
/** Asks the list's own route, with its filters. */
export type AskFile = (asked: ExportAsked, signal: AbortSignal) => Promise<unknown>
export type Under = { done: number; total: number | null }

/** The file is fetched whole before it is saved: one that breaks off leaves nothing that looks finished. */
export function useExport(ask: AskFile) {
  const say = useText(text)
  const toast = useToast()
  const [under, setUnder] = useState<Under | null>(null)
  const going = useRef<AbortController | null>(null)
  const here = useRef(true)
  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
    }
  }, [])
  const show = (next: Under | null) => here.current && setUnder(next)
  const start = async (format: ExportFormat, columns: readonly string[] | null) => {
    const control = new AbortController()
    going.current = control
    const key = uniqueKey()
    show({ done: 0, total: null })
    const watching = watch(key, control.signal, show)
    try {
      const asked = { format, lang: locale(), key, ...(columns ? { columns: columns.join(',') } : {}) }
      const answer = await ask(asked, control.signal)
      if (!(answer instanceof Response)) throw new Error('an export that gives no file')
      const name = nameIn(answer.headers.get('content-disposition')) ?? `export.${format}`
      save(await answer.blob(), name)
      toast.ok(say('done', { n: Number(answer.headers.get('guanxi-rows')), name }))
    } catch (error) {
      const problem = problemOf(error)
      if (control.signal.aborted) toast.ok(say('stopped'))
      else toast.error(problem?.detail ? say('failed', { why: problem.detail }) : say('broken'))
    } finally {
      clearInterval(watching)
      going.current = null
      show(null)
    }
  }
  return { under, start, stop: () => going.current?.abort() }
}

function watch(key: string, signal: AbortSignal, show: (under: Under) => void) {
  return setInterval(() => {
    exportApi.get({ params: { key }, signal }).then(
      (run) => show({ done: run.rows_sent, total: run.rows_total }),
      // Not begun yet, or gone: the file itself tells.
      () => undefined,
    )
  }, ASK_MS)
}

const nameIn = (header: string | null): string | undefined => {
  const coded = /filename\*=UTF-8''([^;]+)/i.exec(header ?? '')?.[1]
  return coded === undefined ? undefined : decodeURIComponent(coded)
}

// The browser reads the file after the click.
const KEEP_MS = 60_000

function save(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), KEEP_MS)
}
