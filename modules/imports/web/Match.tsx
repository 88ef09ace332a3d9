import { useMutation, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { problemOf, useCan, useGo, useLocale, useToast, useZone } from '../../../apps/web/ui/index.ts'
import { formatTime } from '../../../kernel/text.ts'
import { useSay } from '../../orders/web/say.ts'
import { type Import, requiredOf } from '../contract.ts'
import type { Target } from '../targets.ts'
import { importApi } from './importApi.ts'
import { MatchOptions } from './MatchOptions.tsx'
import { MatchTable } from './MatchTable.tsx'
import { text } from './text.ts'
import { useAct } from './useAct.ts'
import { useSave } from './useSave.ts'
import { useTargets } from './useTargets.ts'

/** Step 2: what each column means, and how the file is to be read. */
export function Match({ one }: { one: Import }) {
  const say = useSay(text)
  const { save } = useSave(one)
  const stop = useLocale() === 'en' ? '. ' : '。'
  const used = one.columns.filter((target) => target !== null).length
  const left = (one.detected?.headers.length ?? used) - used
  return (
    <div className="icols">
      <div className="imain">
        {one.error && (
          <div className="said" role="alert">
            {one.error.message}
          </div>
        )}
        {one.doubt && (
          <div className="said warn" role="alert">
            {one.doubt.message}
            {stop}
            {say('doubt_next')}
          </div>
        )}
        <h2>{say('match_title', { n: used, left })}</h2>
        {one.detected?.remembered && <Remembered of={one.detected.remembered} />}
        <p className="sum1">
          {one.detected?.preset ? `${say('preset')}${stop}` : ''}
          {one.detected?.mends ? `${say('mends_note', { id: String(one.detected.mends) })}${stop}` : ''}
          {say('match_text')}
        </p>
        <MatchTable one={one} save={save} />
      </div>
      <aside className="iside">
        <MatchOptions one={one} save={save} />
      </aside>
    </div>
  )
}

type Recalled = NonNullable<NonNullable<Import['detected']>['remembered']>
/** What was taken over from an earlier import, and what is new or missing since. */
function Remembered({ of }: { of: Recalled }) {
  const say = useSay(text)
  const locale = useLocale()
  const zone = useZone()
  const list = (columns: readonly string[]) => columns.join(locale === 'en' ? ', ' : '、')
  const date = formatTime(of.at, locale, zone, { dateStyle: 'medium' })
  return (
    <p className="recalled">
      {say('remembered', { id: String(of.import_id), source: of.source, date, n: of.columns })}
      {of.added.length > 0 && <span>{say('remembered_added', { columns: list(of.added) })}</span>}
      {of.gone.length > 0 && <span>{say('remembered_gone', { columns: list(of.gone) })}</span>}
    </p>
  )
}

/** Groups of targets of which each needs one. */
export const missingOf = ({ kind, columns }: Import): Target[][] =>
  requiredOf[kind].filter((any) => !any.some((t) => columns.includes(t))).map((any) => [...any])

export function MatchFoot({ one }: { one: Import }) {
  const say = useSay(text)
  const can = useCan()
  const locale = useLocale()
  const targets = useTargets()
  const { saving } = useSave(one)
  const { act, busy } = useAct(one)
  const confirm = useConfirm(one)
  const missing = missingOf(one).map((any) => any.map(targets.label).join(say('or')))
  const lacks = missing.length > 0 ? `${say('needed')}: ${missing.join(locale === 'en' ? ', ' : '、')}` : ''
  const nameless = one.source.trim() === '' ? say('source_need') : ''
  if (!can('imports:write')) return null
  return (
    <div className="pfoot">
      <Forget one={one} />
      <span className="sp mut s12">{lacks || nameless || (saving ? say('saving') : say('saved'))}</span>
      <Button
        type="primary"
        loading={busy}
        disabled={lacks !== '' || nameless !== '' || saving}
        onClick={async () => {
          if (await confirm()) act('preview')
        }}
      >
        {say('to_see')}
      </Button>
    </div>
  )
}

/** Whoever goes on past a doubtful header has seen which column is meant. */
function useConfirm({ id, columns, doubt }: Import): () => Promise<boolean> {
  const say = useSay(text)
  const toast = useToast()
  return async () => {
    if (!doubt) return true
    try {
      await importApi.update({ params: { id }, body: { columns } })
      return true
    } catch (error) {
      toast.error(say('not_saved', { why: problemOf(error)?.detail ?? String(error) }))
      return false
    }
  }
}

function Forget({ one }: { one: Import }) {
  const say = useSay(text)
  const go = useGo()
  const toast = useToast()
  const queries = useQueryClient()
  const { mutate, isPending } = useMutation({
    mutationFn: () => importApi.remove({ params: { id: one.id } }),
    onSuccess: () => {
      toast.ok(say('forgotten'))
      void queries.invalidateQueries({ queryKey: importApi.list.key })
      go('/import')
    },
    onError: (error) => toast.error(error.message),
  })
  return (
    <Button disabled={isPending} onClick={() => mutate()}>
      {say('forget')}
    </Button>
  )
}
