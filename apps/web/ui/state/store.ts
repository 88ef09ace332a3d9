import { useSyncExternalStore } from 'react'

/** A value that lives outside React: read anywhere, watched by components. */
export type Store<V> = { get: () => V; set: (value: V) => void; watch: (heard: () => void) => () => void }

export function store<V>(first: V): Store<V> {
  let value = first
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return
      value = next
      for (const heard of listeners) heard()
    },
    watch(heard) {
      listeners.add(heard)
      return () => listeners.delete(heard)
    },
  }
}

export const useStore = <V>(source: Store<V>): V => useSyncExternalStore(source.watch, source.get)

/** Storage may be switched off or full: then the choice lasts as long as the page. */
export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // Nothing to do: the value still stands in memory.
  }
}

/** Random and unguessable enough for a key; `crypto.randomUUID` is missing on plain HTTP. */
export function uniqueKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
