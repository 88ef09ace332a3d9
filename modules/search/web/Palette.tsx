import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { Icon, Kbd, useGo, useMe, useText } from '../../../apps/web/ui/index.ts'
import { Q_MAX } from '../contract.ts'
import { groupsOf, hrefOf, type Item, startOf } from './items.ts'
import { Options } from './Options.tsx'
import { matching } from './places.ts'
import { searchApi } from './searchApi.ts'
import { text } from './text.ts'
import { usePlaces } from './usePlaces.ts'
import { useSettled } from './useSettled.ts'
import { visitsOf } from './visited.ts'

type Props = { onClose: () => void; press: (keys: string) => void }

/** One box over the page: type, choose, go. Everything by keyboard; a combobox whose list is always open. */
export default function Palette({ onClose, press }: Props) {
  const say = useText(text)
  const id = useId()
  const box = useRef<HTMLDialogElement>(null)
  const [typed, setTyped] = useState('')
  const found = useFound(typed, press)
  const { groups, items } = found
  const [at, setAt] = useState(0)
  const here = Math.min(at, Math.max(0, items.length - 1))
  const open = useOpen(onClose)
  const [waiting, setWaiting] = useState<{ tab: boolean }>()
  useLayoutEffect(() => {
    const dialog = box.current
    if (dialog && !dialog.open) dialog.showModal()
    // Closing it gives the focus back to where it was.
    return () => dialog?.close()
  }, [])
  // Enter was pressed before the answer came: it opens what the answer begins with.
  useEffect(() => {
    if (!waiting || found.busy) return
    setWaiting(undefined)
    if (items[0]) open(items[0], waiting.tab)
  }, [waiting, found.busy, items, open])
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const step = steps[event.key]
    if (step !== undefined) setAt(items.length === 0 ? 0 : (here + step + items.length) % items.length)
    else if (event.key === 'Home' && event.ctrlKey) setAt(0)
    else if (event.key === 'End' && event.ctrlKey) setAt(items.length - 1)
    else if (event.key === 'Enter') {
      const tab = event.ctrlKey || event.metaKey
      if (found.busy) setWaiting({ tab })
      else if (items[here]) open(items[here], tab)
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') onClose()
    else return
    event.preventDefault()
  }
  return (
    <dialog
      ref={box}
      className="palette"
      aria-label={say('title')}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onMouseDown={(event) => {
        if (event.target === box.current) onClose()
      }}
      onKeyDown={onKey}
    >
      <div className="pbox">
        <div className="pfield">
          <Icon name="search" />
          <input
            autoFocus
            type="text"
            role="combobox"
            aria-expanded={items.length > 0}
            aria-controls={`${id}-list`}
            aria-activedescendant={items.length > 0 ? `${id}-${here}` : undefined}
            aria-autocomplete="list"
            aria-label={say('field')}
            placeholder={say('field')}
            value={typed}
            maxLength={Q_MAX}
            autoComplete="off"
            autoCapitalize="off"
            autoCorrect="off"
            spellCheck={false}
            enterKeyHint="go"
            onChange={(event) => {
              setTyped(event.target.value)
              setAt(0)
            }}
          />
          <button
            type="button"
            className="ib"
            aria-label={say('close')}
            title={say('close')}
            onClick={onClose}
          >
            <Icon name="close" />
          </button>
        </div>
        <Options {...{ id, groups, here, q: found.q, busy: found.busy }} onPoint={setAt} onOpen={open} />
        {found.failed ? (
          <div className="pnone" role="alert">
            {say('failed')}{' '}
            <button type="button" className="lnk" onClick={found.again}>
              {say('again')}
            </button>
          </div>
        ) : (
          items.length === 0 &&
          !found.busy && (
            <div className="pnone">
              <b>{say('nothing', { q: found.q })}</b>
              <span>{say('nothing_text')}</span>
            </div>
          )
        )}
        <div className="sr" role="status">
          {found.q !== '' && !found.busy ? say('found', { n: items.length }) : ''}
        </div>
        <footer className="hm">
          <Kbd>↑</Kbd>
          <Kbd>↓</Kbd> {say('key_move')}
          <Kbd>Enter</Kbd> {say('key_open')}
          <Kbd>Ctrl Enter</Kbd> {say('key_tab')}
          <Kbd>Esc</Kbd> {say('key_leave')}
        </footer>
      </div>
    </dialog>
  )
}

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 }

function useOpen(onClose: () => void) {
  const go = useGo()
  return (item: Item, tab: boolean) => {
    const href = hrefOf(item)
    if (tab && href !== undefined) {
      window.open(href, '_blank', 'noopener')
      return
    }
    onClose()
    if (item.to !== undefined) go(item.to, item.search ?? {})
    item.run?.()
  }
}

// Letters of one word come faster than this; one request for them is enough.
const SETTLE_MS = 70

function useFound(typed: string, press: (keys: string) => void) {
  const { pages, actions, locale } = usePlaces(press)
  const me = useMe()
  const now = typed.trim()
  const q = useSettled(now, SETTLE_MS)
  const [visits] = useState(() => visitsOf(me.id))
  const of = (kind: 'party' | 'order') =>
    visits
      .filter((one) => one.kind === kind)
      .map(({ id }) => id)
      .join(',') || undefined
  const known = useQuery({
    ...searchApi.known.query({ query: { parties: of('party'), orders: of('order') } }),
    enabled: visits.length > 0,
    staleTime: 5000,
  })
  const found = useQuery({
    ...searchApi.find.query({ query: { q } }),
    enabled: q !== '',
    placeholderData: keepPreviousData,
    staleTime: 3000,
  })
  const busy = now !== q || (q !== '' && (found.isPlaceholderData || found.isPending) && !found.isError)
  const groups =
    now === ''
      ? startOf(visits, known.data, matching(pages, '', locale), matching(actions, '', locale))
      : groupsOf(
          q,
          found.isError ? undefined : found.data,
          matching(pages, now, locale),
          matching(actions, now, locale),
        )
  return {
    q: now,
    groups,
    items: groups.flatMap((group) => group.items),
    busy: now !== '' && busy,
    failed: now !== '' && found.isError,
    again: () => void found.refetch(),
  }
}
