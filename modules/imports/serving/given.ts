/** A file that somebody names on the command line: what it is, and whether it stays as it is while it is read. */
import { lstat, open, realpath, stat } from 'node:fs/promises'
import { Refusal, refuse } from '../../../kernel/refuse.ts'

/** Tells one file, in one state, from any other. */
type Identity = { dev: bigint; ino: bigint; size: bigint; mtimeNs: bigint; ctimeNs: bigint }

export type GivenFile = {
  /** where it is in truth: a link has been followed */
  path: string
  /** set where the name was a link */
  link_to: string | null
  size: number
  /** Refuses once it is no longer the file that was opened, or not what it was. */
  mustBeSame(): Promise<void>
}

/** Looked at by name before it is opened: opening a pipe waits for whoever writes into it, maybe for ever. */
export async function givenFile(given: string): Promise<GivenFile> {
  const here = await orRefuse(given, lstat(given))
  const path = here.isSymbolicLink() ? await orRefuse(given, realpath(given)) : given
  const at = await orRefuse(given, stat(path, { bigint: true }))
  if (at.isDirectory()) refuse('imports.directory', 422, { path: given })
  if (!at.isFile()) refuse('imports.special_file', 422, { path: given, what: kindOf(at) })
  const file = await orRefuse(given, open(path, 'r'))
  try {
    const opened = await file.stat({ bigint: true })
    if (!same(at, opened)) refuse('imports.file_changed', 409, { path: given })
  } finally {
    await file.close()
  }
  return {
    path,
    link_to: here.isSymbolicLink() ? path : null,
    size: Number(at.size),
    async mustBeSame() {
      const now = await stat(path, { bigint: true }).catch(() => null)
      if (!now || !same(at, now)) refuse('imports.file_changed', 409, { path: given })
    },
  }
}

const same = (a: Identity, b: Identity): boolean =>
  a.dev === b.dev &&
  a.ino === b.ino &&
  a.size === b.size &&
  a.mtimeNs === b.mtimeNs &&
  a.ctimeNs === b.ctimeNs

type Kinds = { isFIFO(): boolean; isSocket(): boolean; isCharacterDevice(): boolean }
const kindOf = (at: Kinds): string =>
  at.isFIFO()
    ? 'FIFO'
    : at.isSocket()
      ? 'socket'
      : at.isCharacterDevice()
        ? 'character device'
        : 'block device'

const orRefuse = <T>(path: string, promise: Promise<T>): Promise<T> =>
  promise.catch((error: NodeJS.ErrnoException) => {
    if (error instanceof Refusal) throw error
    return refuse('imports.no_file', 422, { path, reason: error.code ?? error.message })
  })
