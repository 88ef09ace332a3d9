import { useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Input from 'antd/es/input'
import Modal from 'antd/es/modal'
import { type ReactNode, useMemo, useRef } from 'react'
import {
  Icon,
  problemOf,
  useCan,
  useLocale,
  useNarrow,
  useText,
  useToast,
} from '../../../../apps/web/ui/index.ts'
import { accessApi } from '../session.ts'
import { text } from './text.ts'

/** Roles by their name in the reader's language; only the present one where the reader may not see the others. */
export function useRoleOptions(present?: { role: string; role_name: string }) {
  const can = useCan()
  const locale = useLocale()
  const list = useQuery({ ...accessApi.roles.query(), enabled: can('roles:read'), staleTime: 60_000 })
  return useMemo(() => {
    const all = (list.data?.items ?? []).map((role) => ({
      value: role.code,
      label: locale === 'zh-CN' ? role.name_zh : role.name_en,
    }))
    if (!present || all.some(({ value }) => value === present.role)) return all
    return [{ value: present.role, label: present.role_name }, ...all]
  }, [list.data, locale, present])
}

/** The tree as a list to choose from: the deeper, the further in. */
export function useUnitOptions() {
  const can = useCan()
  const list = useQuery({ ...accessApi.units.query(), enabled: can('units:read'), staleTime: 60_000 })
  return useMemo(
    () =>
      (list.data?.items ?? []).map((unit) => ({
        value: unit.unit_id,
        label: `${'\u3000'.repeat(unit.depth)}${unit.name}`,
      })),
    [list.data],
  )
}

/** What the server said to a form, above it. */
export function Refused({ error }: { error: unknown }) {
  const say = useText(text)
  if (!error) return null
  const problem = problemOf(error)
  return (
    <div className="said" role="alert">
      {problem?.status === 0 ? say('offline') : problem?.detail || problem?.title || say('failed')}
    </div>
  )
}

/** A secret that is shown this once: to be copied, then gone. */
export function Once({ label, value, hint }: { label: string; value: string; hint: string }) {
  const say = useText(text)
  const toast = useToast()
  const field = useRef<HTMLInputElement>(null)
  const copy = async () => {
    field.current?.select()
    try {
      // Away from localhost plain HTTP has no clipboard: the text then stands selected.
      await navigator.clipboard.writeText(value)
      toast.ok(say('copied'))
    } catch {
      toast.error(say('copy_by_hand'))
    }
  }
  return (
    <div className="adonce">
      <label htmlFor="admin-once">{label}</label>
      <div className="row">
        <Input
          id="admin-once"
          className="grow"
          readOnly
          value={value}
          ref={(made) => {
            field.current = made?.input ?? null
          }}
        />
        <Button type="primary" onClick={copy}>
          {say('copy')}
        </Button>
      </div>
      <p className="mut s12">{hint}</p>
    </div>
  )
}

type AskProps = {
  title: string
  children: ReactNode
  ok: string
  danger?: boolean
  busy: boolean
  /** something has to be chosen first */
  waits?: boolean
  error?: unknown
  onOk: () => void
  onClose: () => void
}
/** Says what will happen before it does. */
export function Ask({
  title,
  children,
  ok,
  danger = false,
  busy,
  waits = false,
  error,
  onOk,
  onClose,
}: AskProps) {
  const say = useText(text)
  return (
    <Modal
      open
      title={title}
      onCancel={onClose}
      width={460}
      footer={[
        <Button key="no" onClick={onClose}>
          {say('cancel')}
        </Button>,
        <Button key="yes" type="primary" danger={danger} disabled={waits} loading={busy} onClick={onOk}>
          {ok}
        </Button>,
      ]}
    >
      <div className="adask">
        <Refused error={error} />
        {children}
      </div>
    </Modal>
  )
}

/** On a phone there is no peek: what it shows takes the page, with a way back. */
export function Whole({ onBack, children }: { onBack: () => void; children: ReactNode }) {
  const say = useText(text)
  return (
    <div className="adwhole">
      <button type="button" className="lnk row" onClick={onBack}>
        <Icon name="left" /> {say('back')}
      </button>
      {children}
    </div>
  )
}

export const useWhole = (shown: boolean) => useNarrow() && shown
