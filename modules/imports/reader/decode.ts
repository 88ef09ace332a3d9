import { isAscii, isUtf8 } from 'node:buffer'
import { TextDecoder } from 'node:util'
import { withHongKong } from './big5.ts'
import { type Encoding, guessEncoding, unfinishedUtf8 } from './sniff.ts'

/**
 * Bytes → text, chunk by chunk. A file that begins in plain ASCII has not yet said what it is: the first chunk that
 * holds anything else decides, however far into the file it comes.
 */
export class TextReader {
  #encoding: Encoding | undefined
  #decoder: TextDecoder | undefined
  #tail: Buffer | undefined
  /** The last chunk held bytes that are no characters of the encoding. */
  broken = false

  constructor(encoding: Encoding | undefined) {
    this.#encoding = encoding
  }

  get encoding(): Encoding {
    return this.#encoding ?? 'utf-8'
  }
  /** False while the file could still turn out to be something else. */
  get decided(): boolean {
    return this.#encoding !== undefined
  }

  read(chunk: Buffer, last = false): string {
    this.broken = false
    let bytes: Buffer = this.#tail ? Buffer.concat([this.#tail, chunk]) : chunk
    this.#tail = undefined
    if (this.#encoding === undefined || this.#encoding === 'utf-8') {
      if (isAscii(bytes)) return bytes.toString('latin1')
      this.#encoding ??= guessEncoding(bytes) ?? (last ? 'windows-1252' : undefined)
      if (this.#encoding === undefined || this.#encoding === 'utf-8') {
        const cut = last ? 0 : unfinishedUtf8(bytes)
        // Copied: the rest of the chunk must not stay alive for three bytes of it.
        if (cut) this.#tail = Buffer.from(bytes.subarray(bytes.length - cut))
        if (cut) bytes = bytes.subarray(0, bytes.length - cut)
        this.broken = !isUtf8(bytes)
        return bytes.toString('utf8')
      }
    }
    this.#decoder ??= new TextDecoder(this.#encoding, { ignoreBOM: true })
    const decoded = this.#decoder.decode(bytes, { stream: !last })
    const text = this.#encoding === 'big5' ? withHongKong(decoded) : decoded
    this.broken = text.includes('\uFFFD')
    return text
  }
}
