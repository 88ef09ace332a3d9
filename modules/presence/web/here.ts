import { useEffect, useRef, useSyncExternalStore } from 'react'
import { problemOf, uniqueKey } from '../../../apps/web/ui/index.ts'
import type { Here, Present } from '../contract.ts'
import { BEAT_MS } from '../rules.ts'
import { presenceApi } from './presenceApi.ts'

// Being somewhere, for the parties that this page has open: one beat per party every few seconds while one looks or
// writes, none else. What is heard goes to whoever shows it.

const NOBODY: readonly Present[] = []
// Opening and leaving a field in passing is not worth a request each.
const SETTLE_MS = 200
const LOST_MS = 15_000
const tab = uniqueKey().slice(0, 20)

type Heard = (here: Here) => void
type Place = {
  people: readonly Present[]
  /** what is shown of it */
  shown: Set<() => void>
  heard: Set<Heard>
  lost: Set<() => void>
  /** parts of the page that are about this party */
  uses: number
  fields: Map<symbol, string>
  timer: ReturnType<typeof setTimeout> | undefined
  busy: boolean
  /** it is not ours to see, or not there any more */
  over: boolean
}
const places = new Map<number, Place>()

function placeOf(id: number): Place {
  let place = places.get(id)
  if (!place) {
    place = {
      people: NOBODY,
      shown: new Set(),
      heard: new Set(),
      lost: new Set(),
      uses: 0,
      fields: new Map(),
      timer: undefined,
      busy: false,
      over: false,
    }
    places.set(id, place)
  }
  return place
}

function put(place: Place, people: readonly Present[]): void {
  if (JSON.stringify(people) === JSON.stringify(place.people)) return
  place.people = people
  tell(place)
}
const tell = (place: Place): void => {
  for (const show of place.shown) show()
}

/** Somebody who reads another tab is not here, unless they left a field open. */
const away = (place: Place) => document.visibilityState === 'hidden' && place.fields.size === 0

function soon(id: number, ms: number): void {
  const place = placeOf(id)
  clearTimeout(place.timer)
  if (place.uses > 0 && !place.over) place.timer = setTimeout(() => void beat(id, place), ms)
}

async function beat(id: number, place: Place): Promise<void> {
  if (place.busy) return soon(id, SETTLE_MS)
  if (away(place)) return
  place.busy = true
  const field = [...place.fields.values()].at(-1) ?? null
  try {
    // An answer that is lost on the way must not end the beats.
    const signal = AbortSignal.timeout(LOST_MS)
    const here = await presenceApi.be({ params: { id }, body: { tab, field }, signal })
    put(place, here.others)
    for (const hear of place.heard) hear(here)
  } catch (error) {
    const status = problemOf(error)?.status ?? 0
    if (status >= 400 && status < 500 && status !== 429) {
      place.over = true
      put(place, NOBODY)
      if (status === 404 || status === 409) for (const say of place.lost) say()
    }
  } finally {
    place.busy = false
  }
  // Left meanwhile: our row would stand until it lapses.
  if (place.uses === 0) goodbye(id)
  else if (field !== ([...place.fields.values()].at(-1) ?? null)) soon(id, SETTLE_MS)
  else soon(id, BEAT_MS)
}

const goodbye = (id: number): void =>
  void presenceApi.leave({ params: { id }, query: { tab } }).catch(() => undefined)

function use(id: number): () => void {
  const place = placeOf(id)
  place.uses++
  if (place.uses === 1) {
    place.over = false
    soon(id, 0)
  }
  return () => {
    place.uses--
    // A component that only changes its place comes back at once.
    if (place.uses > 0) return
    queueMicrotask(() => {
      if (place.uses > 0) return
      clearTimeout(place.timer)
      put(place, NOBODY)
      if (!place.busy && !place.over) goodbye(id)
      if (place.shown.size === 0) places.delete(id)
    })
  }
}

document.addEventListener('visibilitychange', () => {
  for (const [id, place] of places)
    if (away(place)) {
      clearTimeout(place.timer)
      if (place.uses > 0 && !place.over) goodbye(id)
    } else soon(id, 0)
})

/** One is here as long as this is shown; `heard` gets each answer, `lost` is told when it is not there any more. */
export function useHere(id: number | undefined, heard?: Heard, lost?: () => void): void {
  const latest = useRef(heard)
  latest.current = heard
  const ending = useRef(lost)
  ending.current = lost
  useEffect(() => {
    if (id === undefined) return
    const mine: Heard = (here) => latest.current?.(here)
    const leave = use(id)
    const place = placeOf(id)
    const gone = () => ending.current?.()
    place.heard.add(mine)
    place.lost.add(gone)
    return () => {
      place.heard.delete(mine)
      place.lost.delete(gone)
      leave()
    }
  }, [id])
}

/** While `active`, colleagues hear that one is editing this field. */
export function useEditing(id: number, field: string, active: boolean): void {
  useEffect(() => {
    if (!active) return
    const leave = use(id)
    const place = placeOf(id)
    const mine = Symbol(field)
    place.fields.set(mine, field)
    tell(place)
    soon(id, SETTLE_MS)
    return () => {
      place.fields.delete(mine)
      tell(place)
      soon(id, SETTLE_MS)
      leave()
    }
  }, [id, field, active])
}

/** Who else is here. */
export function useOthers(id: number): readonly Present[] {
  return useSyncExternalStore(
    (show) => {
      const place = placeOf(id)
      place.shown.add(show)
      return () => place.shown.delete(show)
    },
    () => places.get(id)?.people ?? NOBODY,
  )
}

/** Something about one of them is half written here. */
export function useWriting(ids: readonly number[]): boolean {
  return useSyncExternalStore(
    (show) => {
      const kept = ids.map(placeOf)
      for (const place of kept) place.shown.add(show)
      return () => {
        for (const place of kept) place.shown.delete(show)
      }
    },
    () => ids.some((id) => (places.get(id)?.fields.size ?? 0) > 0),
  )
}
