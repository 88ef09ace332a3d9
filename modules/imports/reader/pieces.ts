/** A file that can be read from any place: a workbook's table of contents stands at its end. */
import { type FileHandle, open } from 'node:fs/promises'

export type Pieces = AsyncIterable<Buffer> & {
  readonly size: number
  /** Fewer bytes than asked for only at the end of the file. */
  read(at: number, length: number): Promise<Buffer>
}

const CHUNK = 256 * 1024

export const isPieces = (input: object): input is Pieces => 'read' in input && 'size' in input

export async function piecesOf(path: string): Promise<Pieces & { close(): Promise<void> }> {
  const file = await open(path, 'r')
  const { size } = await file.stat()
  return { ...overFile(file, size), close: () => file.close() }
}

/** Over a handle that its owner closes. */
export function overFile(file: FileHandle, size: number): Pieces {
  const read = async (at: number, length: number): Promise<Buffer> => {
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - at)))
    let got = 0
    while (got < buffer.length) {
      const { bytesRead } = await file.read(buffer, got, buffer.length - got, at + got)
      if (bytesRead === 0) break
      got += bytesRead
    }
    return got === buffer.length ? buffer : buffer.subarray(0, got)
  }
  return { size, read, [Symbol.asyncIterator]: () => eachPiece(size, read) }
}

export const inMemory = (bytes: Buffer): Pieces => {
  const read = async (at: number, length: number) => bytes.subarray(at, at + length)
  return { size: bytes.length, read, [Symbol.asyncIterator]: () => eachPiece(bytes.length, read) }
}

async function* eachPiece(size: number, read: Pieces['read']): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; ) {
    const piece = await read(at, CHUNK)
    // A file that was cut short meanwhile: whoever asked for it finds that out.
    if (piece.length === 0) return
    at += piece.length
    yield piece
  }
}
