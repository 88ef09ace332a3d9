/** The parts of a workbook, unpacked as a stream within limits; what is wrong with them is told as an import tells it. */
import { Refusal, refuse } from '../../../../kernel/refuse.ts'
import { type ZipEntry, ZipError, type ZipFault, ZipReader } from '../../../../packages/zip/src/index.ts'
import { guardOf } from '../guard.ts'
import type { Pieces } from '../pieces.ts'

export type Part = ZipEntry
export type Zip = {
  readonly parts: ReadonlyMap<string, Part>
  /** `onRead`: packed bytes so far. */
  stream(part: Part, onRead?: (packed: number) => void): AsyncGenerator<Buffer>
  /** A small part whole; one longer than `cap` is refused. */
  text(part: Part, cap: number): Promise<string>
}

const codes: Record<ZipFault, string> = {
  not_zip: 'imports.workbook_broken',
  truncated: 'imports.workbook_broken',
  damaged: 'imports.workbook_broken',
  encrypted: 'imports.encrypted',
  unsafe_name: 'imports.workbook_broken',
  unsupported: 'imports.workbook_broken',
  too_large: 'imports.bomb',
}

function told(error: unknown): unknown {
  if (!(error instanceof ZipError)) return error
  return new Refusal(codes[error.fault], 422, {
    why: error.fault,
    ...(error.entry ? { part: error.entry } : {}),
  })
}

export async function openParts(file: Pieces): Promise<Zip> {
  const zip = await ZipReader.foreign(file).catch((error: unknown) => {
    throw told(error)
  })
  return {
    parts: zip.entries,
    stream: (part, onRead) => unpacked(zip, part, onRead),
    async text(part, cap) {
      if (part.size > cap) refuse('imports.bomb', 422, { part: part.name, unpacked: part.size })
      const chunks: Buffer[] = []
      for await (const chunk of unpacked(zip, part)) chunks.push(chunk)
      return decodeXml(Buffer.concat(chunks))
    },
  }
}

async function* unpacked(
  zip: ZipReader,
  part: Part,
  onRead?: (packed: number) => void,
): AsyncGenerator<Buffer> {
  const guard = guardOf(() => part.packed)
  try {
    for await (const chunk of zip.read(part.name, onRead)) {
      guard(chunk.length)
      yield chunk
    }
  } catch (error) {
    throw told(error)
  }
}

/** XML is UTF-8 unless it begins with the mark of UTF-16. */
function decodeXml(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  return new TextDecoder().decode(bytes)
}
