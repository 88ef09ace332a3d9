import { refuse } from './refuse.ts'

/** Opaque to callers: the sort key and the id of the last row shown. */
export const encodeCursor = (parts: readonly (string | number | null)[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url')

/** The same parts back, or a refusal; `shape` says what each part must be. */
export function decodeCursor(cursor: string, shape: readonly ('string' | 'number')[]): (string | number)[] {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return refuse('kernel.bad_cursor', 400)
  }
  const fits = (part: unknown, i: number) =>
    typeof part === shape[i] &&
    !(typeof part === 'number' && !Number.isSafeInteger(part)) &&
    !(typeof part === 'string' && part.includes('\0'))
  if (!Array.isArray(parts) || parts.length !== shape.length || !parts.every(fits))
    return refuse('kernel.bad_cursor', 400)
  return parts
}
