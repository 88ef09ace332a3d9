import { constants, createDeflateRaw, type DeflateRaw } from 'node:zlib'

/** Bytes packed at once. */
export const BLOCK = 256 * 1024
// Level 1: a third of the time, the file a fifth larger. What is packed is longer than the block by some bytes at most,
// and waits here whole: a full stream would wait for whoever reads it.
const options = { level: 1, chunkSize: 64 * 1024, highWaterMark: 2 * BLOCK }

/** Deflates one block after the other, in zlib's threads. Laid end to end, also those of several packers, they are one stream. */
export class Packer {
  readonly block = Buffer.allocUnsafeSlow(BLOCK)
  readonly #deflate: DeflateRaw = createDeflateRaw(options)
  #failed: Error | null = null
  constructor() {
    this.#deflate.on('error', (error) => {
      this.#failed = error
    })
  }
  /** The first bytes of its block. Its window is forgotten after each: the next block may follow another's. */
  async pack(length: number): Promise<Buffer> {
    const deflate = this.#deflate
    deflate.write(this.block.subarray(0, length))
    await new Promise<void>((done) => deflate.flush(constants.Z_SYNC_FLUSH, done))
    if (this.#failed) throw this.#failed
    const packed: Buffer = deflate.read()
    deflate.reset()
    return packed
  }
  close(): void {
    this.#deflate.close()
  }
}
