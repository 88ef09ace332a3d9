import { useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Modal from 'antd/es/modal'
import { useState } from 'react'
import {
  Go,
  problemOf,
  useGo,
  useLocale,
  useMe,
  useText,
  useToast,
  When,
} from '../../../apps/web/ui/index.ts'
import { formatNumber } from '../../../kernel/text.ts'
import type { Removal } from '../contract.ts'
import { password, sampleApi } from './sampleApi.ts'
import { text } from './text.ts'

/** What goes, what people have done to it, what stays; then all of it goes at once. */
export default function RemoveSample({ onClose }: { onClose: () => void }) {
  const say = useText(text)
  const [busy, setBusy] = useState(false)
  const { data: before } = useQuery({ ...sampleApi.removal.query(), staleTime: 0 })
  const remove = useRemove(onClose)
  return (
    <Modal
      open
      title={say('remove_title')}
      onCancel={busy ? undefined : onClose}
      footer={
        <>
          <Button onClick={onClose} disabled={busy}>
            {say('cancel')}
          </Button>
          <Button
            danger
            type="primary"
            loading={busy}
            disabled={!before}
            onClick={async () => {
              setBusy(true)
              await remove()
              setBusy(false)
            }}
          >
            {busy ? say('removing') : say('remove_do')}
          </Button>
        </>
      }
    >
      {before && <Before before={before} />}
    </Modal>
  )
}

function useRemove(onClose: () => void) {
  const say = useText(text)
  const go = useGo()
  const toast = useToast()
  const me = useMe()
  const locale = useLocale()
  const queries = useQueryClient()
  return async () => {
    try {
      const mine = queries.getQueryData<{ users: { user_id: number }[] }>(sampleApi.get.query().queryKey)
      const gone = await sampleApi.remove()
      password.set(null)
      // Whoever was one of its users is nobody now: a fresh page, at the set-up where there is nobody else.
      if (gone.setup_path || mine?.users.some((user) => user.user_id === me.id))
        return location.assign(gone.setup_path ?? '/')
      const counts = {
        parties: formatNumber(gone.parties, locale),
        orders: formatNumber(gone.orders, locale),
      }
      toast.ok(say('removed', counts))
      onClose()
      go('/customers')
      // The strip sees it go, and with it everything else.
      await queries.invalidateQueries({ queryKey: sampleApi.get.key })
    } catch (error) {
      toast.error(problemOf(error)?.detail || problemOf(error)?.title || say('failed'))
    }
  }
}

function Before({ before }: { before: Removal }) {
  const say = useText(text)
  const me = useMe()
  const locale = useLocale()
  const { changed, changed_parties, added_orders, disowned, kept_units, kept_products, ...counts } = before
  const shown = Object.fromEntries(Object.entries(counts).map(([key, n]) => [key, formatNumber(n, locale)]))
  return (
    <div className="sampleout">
      <p>{say('remove_counts', shown)}</p>
      {changed_parties > 0 && (
        <div className="touched">
          <p>{say('remove_changed', { n: changed_parties })}</p>
          <ul>
            {changed.map((one) => (
              <li key={one.id}>
                <Go to={`/customers/${one.id}`} className="lnk">
                  {one.name}
                </Go>{' '}
                <span className="mut s12">
                  {one.by} · <When at={one.at} time full />
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {added_orders > 0 && <p className="touched">{say('remove_added', { n: added_orders })}</p>}
      {disowned + kept_units + kept_products > 0 && (
        <p>{say('remove_kept', { disowned, kept_units, kept_products })}</p>
      )}
      {me.email.endsWith('@sample.example') && <p>{say('remove_me')}</p>}
    </div>
  )
}
