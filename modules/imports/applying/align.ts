/** `length` entries of the file from `file_from` on are those stored from `old_from` on. */
export type Alignment = { file_from: number; old_from: number; length: number }

/**
 * The overlap of two pieces that were cut out of one sequence. A piece that the other holds is that part of it; else
 * the file goes on where the stored part ends (cut at the file's `start`) or leads up to where it begins (`end`).
 * Length 0: they touch or lie apart. null: they overlap in a way that no cut explains, because something was changed.
 */
export function align(
  file: readonly string[],
  old: readonly string[],
  at: 'start' | 'end',
): Alignment | null {
  const within = indexOfAll(old, file)
  if (within >= 0) return { file_from: 0, old_from: within, length: file.length }
  const holds = indexOfAll(file, old)
  if (holds >= 0) return { file_from: holds, old_from: 0, length: old.length }
  const most = Math.min(file.length, old.length)
  for (let length = most; length > 0; length--) {
    const [file_from, old_from] = at === 'start' ? [0, old.length - length] : [file.length - length, 0]
    if (same(file, file_from, old, old_from, length)) return { file_from, old_from, length }
  }
  // Nothing of the first piece where the second one begins. If half of the file's lines are stored all the same,
  // this is an order that was changed, not one that was cut.
  const stored = new Set(old)
  const known = file.filter((one) => stored.has(one)).length
  return known * 2 > file.length ? null : { file_from: 0, old_from: 0, length: 0 }
}

const same = (
  a: readonly string[],
  from_a: number,
  b: readonly string[],
  from_b: number,
  length: number,
): boolean => {
  for (let i = 0; i < length; i++) if (a[from_a + i] !== b[from_b + i]) return false
  return true
}

/** Where `part` stands in `whole`, or -1. */
function indexOfAll(whole: readonly string[], part: readonly string[]): number {
  for (let at = 0; at + part.length <= whole.length; at++)
    if (same(whole, at, part, 0, part.length)) return at
  return -1
}
