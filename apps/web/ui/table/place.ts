import { useEffect, useRef } from 'react'
import type { RowKey } from './types.ts'

type Place = { top: number; current: RowKey | undefined }
const places = new Map<string, Place>()

/** Where one was in a table, under its name and the page's address: Esc and Back return exactly there. */
export function usePlace(name: string) {
  const key = useRef('')
  key.current = `${name}?${location.search.replace(/[?&]peek=[^&]*/, '')}`
  const found = useRef<Place>(undefined)
  found.current ??= places.get(key.current) ?? { top: 0, current: undefined }
  const keep = (part: Partial<Place>) => {
    places.set(key.current, { ...(places.get(key.current) ?? { top: 0, current: undefined }), ...part })
  }
  useEffect(() => {
    // A long day of filters must not grow without end.
    if (places.size > 200) places.delete(places.keys().next().value ?? '')
  })
  return { first: found.current, keep }
}
