import { createHash } from 'node:crypto'
import { Refusal, refuse } from '../../../kernel/refuse.ts'
import { fingerprintOf } from '../../../kernel/seal.ts'
import { ZipError, type ZipFault, ZipReader } from '../../../packages/zip/src/index.ts'
import { isProven, KEY, MANIFEST, type Manifest, type Part, PROOF, README, readManifest } from './manifest.ts'

const MANIFEST_BYTES = 16 * 1024 * 1024

const codes: Record<ZipFault, string> = {
  not_zip: 'backups.foreign',
  truncated: 'backups.truncated',
  damaged: 'backups.damaged',
  encrypted: 'backups.encrypted',
  unsafe_name: 'backups.unsafe_name',
  unsupported: 'backups.foreign',
  too_large: 'backups.foreign',
}

/** What is wrong with a file, in our own words. */
function told(error: unknown): unknown {
  if (error instanceof ZipError)
    return new Refusal(codes[error.fault], 422, error.entry ? { entry: error.entry } : {})
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return new Refusal('backups.no_file', 404, {})
  if (code === 'EISDIR') return new Refusal('backups.foreign', 422, {})
  if (code === 'EACCES' || code === 'EPERM') return new Refusal('backups.unreadable', 422, { reason: code })
  return error
}

/** `proven`: by our own seal key; `unknown`: written under another key, so nobody here can tell. */
export type Archive = {
  readonly manifest: Manifest
  readonly origin: 'proven' | 'unknown'
  readonly bytes: number
  /** The part's text, proven to be what the manifest says once it has been read to its end. */
  read(part: Part): AsyncGenerator<Buffer>
  key(): Promise<Buffer | null>
  close(): Promise<void>
}

/** Looks at everything but the rows: a file that is none of ours is refused here, before anything is touched. */
export async function openArchive(path: string, seal_key: Buffer): Promise<Archive> {
  const zip = await ZipReader.open(path).catch((error: unknown) => {
    throw told(error)
  })
  try {
    if (!zip.entries.has(MANIFEST)) refuse('backups.foreign', 422)
    const text = await zip.text(MANIFEST, MANIFEST_BYTES)
    const manifest = readManifest(text)
    mustHold(zip, manifest)
    const ours = manifest.key_fingerprint === fingerprintOf(seal_key)
    if (ours && !isProven(text, seal_key, await zip.text(PROOF, 1000)))
      refuse('backups.tampered', 422, { entry: MANIFEST })
    return {
      manifest,
      origin: ours ? 'proven' : 'unknown',
      bytes: zip.bytes,
      read: (part) => proven(zip, part),
      key: async () => (manifest.with_key ? keyOf(zip, manifest) : null),
      close: () => zip.close(),
    }
  } catch (error) {
    await zip.close()
    throw told(error)
  }
}

/** Each file that is named is there, in the size that is named, and no other. */
function mustHold(zip: ZipReader, manifest: Manifest): void {
  const parts = [...manifest.tables, manifest.queue]
  for (const { file, size } of parts) {
    const entry = zip.entries.get(file)
    if (!entry) refuse('backups.damaged', 422, { entry: file })
    if (entry!.size !== size) refuse('backups.tampered', 422, { entry: file })
  }
  const known = new Set([
    MANIFEST,
    PROOF,
    README,
    ...parts.map(({ file }) => file),
    ...(manifest.with_key ? [KEY] : []),
  ])
  if (known.size !== parts.length + 3 + Number(manifest.with_key))
    refuse('backups.damaged', 422, { entry: MANIFEST })
  for (const name of known) if (!zip.entries.has(name)) refuse('backups.damaged', 422, { entry: name })
  for (const name of zip.entries.keys()) if (!known.has(name)) refuse('backups.foreign', 422, { entry: name })
}

async function* proven(zip: ZipReader, { file, sha256 }: Part): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of zip.read(file)) {
      hash.update(chunk)
      yield chunk
    }
  } catch (error) {
    throw told(error)
  }
  if (hash.digest('hex') !== sha256) refuse('backups.tampered', 422, { entry: file })
}

async function keyOf(zip: ZipReader, manifest: Manifest): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of zip.read(KEY)) parts.push(part)
  const key = Buffer.concat(parts)
  if (key.length !== 32 || fingerprintOf(key) !== manifest.key_fingerprint)
    refuse('backups.tampered', 422, { entry: KEY })
  return key
}
