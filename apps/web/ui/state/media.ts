import { store, useStore } from './store.ts'

function watch(query: string) {
  const media = matchMedia(query)
  const matches = store(media.matches)
  media.addEventListener('change', () => matches.set(media.matches))
  return () => useStore(matches)
}

/** A phone: rail at the bottom, two-line rows, no peek. */
export const useNarrow = watch('(max-width: 719px)')
/** No room for a docked column: the peek floats. */
export const useTight = watch('(max-width: 1199px)')
/** A finger, not a mouse: rows are 44 px high. */
export const useTouch = watch('(pointer: coarse)')
