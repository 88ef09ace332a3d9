/** What a file is, from its first bytes. */
import { isAscii, isUtf8 } from 'node:buffer'
import { refuse } from '../../../kernel/refuse.ts'
import type { Encoding } from './encodings.ts'

export type { Encoding } from './encodings.ts'

// What a file is called that begins so; the same in every language.
const MAGIC: readonly [string, string][] = [
  ['504b0304', 'ZIP'],
  ['504b0506', 'ZIP'],
  ['504b0708', 'ZIP'],
  ['1f8b', 'GZIP'],
  ['25504446', 'PDF'],
  ['89504e47', 'PNG'],
  ['ffd8ff', 'JPEG'],
  ['47494638', 'GIF'],
  ['424d', 'BMP'],
  ['49492a00', 'TIFF'],
  ['4d4d002a', 'TIFF'],
  ['377abcaf', '7-Zip'],
  ['52617221', 'RAR'],
  ['28b52ffd', 'Zstandard'],
  ['fd377a58', 'XZ'],
  ['425a68', 'bzip2'],
  ['7f454c46', 'ELF'],
  ['4d5a9000', 'EXE'],
  ['53514c69746520', 'SQLite'],
  ['50415231', 'Parquet'],
  ['7b5c727466', 'RTF'],
]
const PACKED = new Set(['ZIP', 'GZIP', '7-Zip', 'RAR', 'Zstandard', 'XZ', 'bzip2'])

export const isZip = (head: Buffer): boolean => head.length > 3 && head.readUInt32LE(0) === 0x04034b50
export const isOle = (head: Buffer): boolean => head.toString('hex', 0, 4) === 'd0cf11e0'

/** Why a file that is no text is turned back, and what it is; HTML is what some systems export under an .xls name. */
export function notText(head: Buffer): { code: string; looks_like: string } | undefined {
  const start = head.toString('hex', 0, 16)
  for (const [magic, name] of MAGIC) {
    // Two letters also begin texts.
    if (!start.startsWith(magic) || (magic === '424d' && !head.subarray(0, 32).includes(0))) continue
    return { code: PACKED.has(name) ? 'imports.archive' : 'imports.not_text', looks_like: name }
  }
  const text = head.toString('latin1', 0, 256).replace(/^[\xef\xbb\xbf\s]+/, '')
  const is = (looks_like: string) => ({ code: 'imports.not_text', looks_like })
  if (/^(?:<!doctype html|<html|<table|<head|<meta|<style)/i.test(text)) return is('HTML')
  if (/^<\?xml/i.test(text)) return is('XML')
  return /^(?:\{\s*"|\[\s*[{[])/.test(text) ? is('JSON') : undefined
}

// UTF-16, as the container's directory has it.
const ENCRYPTED = Buffer.from('EncryptedPackage', 'utf16le')

/** The container of the nineties: a workbook with a password, or one of Excel 97 to 2003. */
export async function refuseOle(head: Buffer, directory: (at: number) => Promise<Buffer>): Promise<never> {
  const sector = 1 << Math.min(12, head.readUInt16LE(30))
  const entries = await directory((head.readUInt32LE(48) + 1) * sector)
  if (head.includes(ENCRYPTED) || entries.includes(ENCRYPTED)) return refuse('imports.encrypted', 422)
  return refuse('imports.old_workbook', 422, { looks_like: 'XLS' })
}

export function byteOrderMark(head: Buffer): { encoding: Encoding; length: number } | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', length: 3 }
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', length: 2 }
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', length: 2 }
  if (head[0] === 0x84 && head[1] === 0x31 && head[2] === 0x95 && head[3] === 0x33)
    return { encoding: 'gb18030', length: 4 }
  return undefined
}

/** undefined: only ASCII so far, so nothing tells yet. */
export function guessEncoding(bytes: Buffer): Encoding | undefined {
  const wide = wideEncoding(bytes)
  if (wide) return wide
  if (isAscii(bytes)) return undefined
  const whole = bytes.subarray(0, bytes.length - unfinishedUtf8(bytes))
  if (isUtf8(whole)) return isAscii(whole) ? undefined : 'utf-8'
  if (mostlyUtf8(whole)) return 'utf-8'
  return inPairs(bytes) ?? 'windows-1252'
}

/** UTF-16 without a mark: commas, digits and line ends put a zero on one side only. */
function wideEncoding(bytes: Buffer): Encoding | undefined {
  const pairs = Math.min(bytes.length >> 1, 4096)
  if (pairs < 2) return undefined
  let even = 0
  let odd = 0
  for (let i = 0; i < pairs * 2; i += 2) {
    if (bytes[i] === 0) even++
    if (bytes[i + 1] === 0) odd++
  }
  if (odd > pairs * 0.02 && even <= odd * 0.02) return readsAsWide(bytes, 'utf-16le') ? 'utf-16le' : undefined
  if (even > pairs * 0.02 && odd <= even * 0.02)
    return readsAsWide(bytes, 'utf-16be') ? 'utf-16be' : undefined
  return undefined
}

/** A few zero bytes in something else do not decode to lines. */
function readsAsWide(bytes: Buffer, encoding: Encoding): boolean {
  const text = new TextDecoder(encoding).decode(bytes.subarray(0, Math.min(bytes.length & ~1, 16_384)), {
    stream: true,
  })
  if (!/[\r\n,;\t]/.test(text) || /[\0\uFFFD]/.test(text)) return false
  // Western text is half zeros; text with fewer is full of bytes that UTF-8 does not allow.
  const zeros = bytes.reduce((n, byte) => (byte === 0 ? n + 1 : n), 0)
  return zeros * 4 > bytes.length || !isUtf8(bytes.subarray(0, bytes.length - unfinishedUtf8(bytes)))
}

/** Bytes of a character that the end of the buffer cuts. */
export function unfinishedUtf8(bytes: Buffer): number {
  const length = bytes.length
  for (let back = 1; back <= Math.min(3, length); back++) {
    const byte = bytes[length - back]!
    if (byte < 0x80) return 0
    if (byte >= 0xc0) {
      const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return needs > back ? back : 0
    }
  }
  return 0
}

/** A few broken bytes in a UTF-8 file do not make it another encoding; their rows are turned back instead. */
function mostlyUtf8(bytes: Buffer): boolean {
  let good = 0
  let bad = 0
  // Three bytes or more that fit each other: next to never so by chance in GB18030 or windows-1252.
  let long = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    if (byte < 0x80) continue
    const more = byte >= 0xf0 && byte < 0xf5 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc2 ? 1 : 0
    let ok = more > 0 && byte < 0xf5
    for (let k = 1; ok && k <= more; k++) ok = (bytes[i + k]! & 0xc0) === 0x80
    if (ok) {
      good++
      if (more > 1) long++
      i += more
    } else bad++
  }
  return (good > 20 && bad * 50 < good) || bad * 3 <= long
}

/**
 * GB18030, Big5 or a western code page, each of which accepts nearly anything. Chinese text comes in pairs, most of them
 * common characters: of GB 2312 or of Big5's first level, which share neither their first bytes (B0 to D7, A4 to C6) nor
 * their second (Big5 also has those below 7F). Western letters above 127 mostly stand alone between ASCII letters.
 */
function inPairs(bytes: Buffer): 'gb18030' | 'big5' | undefined {
  let pairs = 0
  let broken = 0
  let mainland = 0
  let taiwan = 0
  let high = 0
  for (let i = 0; i < bytes.length; i++) {
    const lead = bytes[i]!
    if (lead < 0x80) continue
    const trail = bytes[i + 1]
    if (trail === undefined) break
    if (lead === 0x80 || lead === 0xff) broken++
    else if (isFourOfGb(bytes, i)) {
      pairs++
      i += 3
    } else if (trail < 0x40 || trail === 0x7f || trail === 0xff) broken++
    else {
      const upper = trail >= 0xa1
      if (upper) high++
      if (upper && ((lead >= 0xb0 && lead <= 0xf7) || (lead >= 0xa1 && lead <= 0xa9))) mainland++
      if ((upper || trail < 0x7f) && lead >= 0xa1 && lead <= 0xc6) taiwan++
      pairs++
      i++
    }
  }
  if (broken * 10 > Math.max(mainland, taiwan)) return undefined
  // A degree or a half before a letter also looks like Big5: only Chinese has upper bytes behind upper ones.
  if (taiwan > mainland && taiwan * 5 > pairs * 4 && high * 5 > pairs) return 'big5'
  return mainland * 2 > pairs ? 'gb18030' : undefined
}

const isFourOfGb = (bytes: Buffer, i: number): boolean => {
  const digit = (at: number) => bytes[at]! >= 0x30 && bytes[at]! <= 0x39
  return digit(i + 1) && bytes[i + 2]! >= 0x81 && digit(i + 3)
}
