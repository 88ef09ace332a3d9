import { useMutation, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { type ReactNode, useRef, useState } from 'react'
import { Choice, Icon, problemOf, useLocale, useText, useToast } from '../../../apps/web/ui/index.ts'
import { phrase, type Words } from '../../../kernel/text.ts'
import { useSay } from '../../orders/web/say.ts'
import type { Imported } from '../contract.customer.ts'
import { text as served } from '../text.ts'
import { text } from './importing.text.ts'
import { valueApi } from './valueApi.ts'

const kinds = ['spend', 'needs', 'subscriptions'] as const
type Kind = (typeof kinds)[number]
const send: { readonly [K in Kind]: (file: File) => Promise<Imported> } = {
  spend: (stream) => valueApi.importSpend({ stream }),
  needs: (stream) => valueApi.importNeeds({ stream }),
  subscriptions: (stream) => valueApi.importSubscriptions({ stream }),
}

/** A file of entries from the page: the button, and what became of it. */
export function useImporting(offered: readonly Kind[]): { button: ReactNode; report: ReactNode } {
  const say = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  const field = useRef<HTMLInputElement>(null)
  const kind = useRef<Kind>(offered[0]!)
  const [done, setDone] = useState<Imported & { kind: Kind }>()
  const importing = useMutation({
    mutationFn: (file: File) => send[kind.current](file),
    onSuccess: (report) => {
      void queries.invalidateQueries({ queryKey: ['value'] })
      setDone({ ...report, kind: kind.current })
    },
    onError: (error) => toast.error(problemOf(error)?.detail ?? String(error)),
  })
  const ask = (picked: Kind) => {
    kind.current = picked
    field.current?.click()
  }
  const [only] = offered
  const one = offered.length === 1 && only
  const button = (
    <>
      <input
        ref={field}
        type="file"
        accept=".csv,text/csv"
        hidden
        aria-label={say('import')}
        onChange={({ target }) => {
          const [file] = target.files ?? []
          if (file) importing.mutate(file)
          target.value = ''
        }}
      />
      {one ? (
        <Button title={say(`head.${one}`)} loading={importing.isPending} onClick={() => ask(one)}>
          {say('import')}
        </Button>
      ) : (
        <Choice
          label={say('import')}
          options={offered.map((value) => ({
            value,
            label: say(`kind.${value}`),
            note: say(`head.${value}`),
          }))}
          onPick={(picked) => ask(offered.find((value) => value === picked) ?? only!)}
        >
          <button type="button" className="btn s" disabled={importing.isPending}>
            <Icon name="import" />
            {say('import')}
          </button>
        </Choice>
      )}
    </>
  )
  return { button, report: done && <Report report={done} onClose={() => setDone(undefined)} /> }
}

type ReportProps = { report: Imported & { kind: Kind }; onClose: () => void }
/** What became of a file, row by row where one was turned back. */
function Report({ report, onClose }: ReportProps) {
  const say = useSay(text)
  const locale = useLocale()
  const why = (code: string, details: object) => {
    const found = (served as Words)[code]
    return found ? phrase(found, locale, { ...details }) : code
  }
  return (
    <div className="vnotice" role="status">
      <span>
        <b className="b">{say(`kind.${report.kind}`)}</b>{' '}
        {say('imported', {
          read: report.read,
          created: report.created,
          unchanged: report.unchanged,
          rejected: report.rejected.length,
        })}
        {report.rejected.slice(0, 5).map(({ line, code, details }) => (
          <span key={line} className="s12 sec vblock">
            {say('rejected_line', { line, why: why(code, details) })}
          </span>
        ))}
        {report.rejected.length > 5 && (
          <span className="s12 sec vblock">{say('rejected_more', { n: report.rejected.length - 5 })}</span>
        )}
      </span>
      <button
        type="button"
        className="ib xs"
        aria-label={say('close')}
        title={say('close')}
        onClick={onClose}
      >
        <Icon name="close" />
      </button>
    </div>
  )
}
