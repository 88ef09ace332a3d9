import { refuse } from '../../../kernel/refuse.ts'

const MB = 1024 ** 2
const GB = 1024 ** 3
/** A text this large that is more than RATIO times its file was made to hurt. Real exports pack 5 to 40 times. */
const FLOOR = 64 * MB
const RATIO = 200
/** Whatever the ratio. A file that really holds more is better sent in parts. */
export const UNPACKED_GB = 64

/** Counts what comes out of a packed file and stops at what no real file holds. */
export function guardOf(packed: () => number): (bytes: number) => void {
  let unpacked = 0
  return (bytes) => {
    unpacked += bytes
    if (unpacked > UNPACKED_GB * GB) refuse('imports.unpacks_too_large', 422, { gb: UNPACKED_GB })
    if (unpacked > FLOOR && unpacked > packed() * RATIO)
      refuse('imports.bomb', 422, {
        ratio: RATIO,
        read: packed(),
        unpacked,
        unpacked_mb: Math.round(unpacked / MB),
        read_mb: Math.max(0.1, Math.round((packed() / MB) * 10) / 10),
      })
  }
}
