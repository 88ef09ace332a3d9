// What a file is, by its first bytes; small on purpose: what is not known is taken as bytes and nothing more. Nothing is
// ever shown by its type: every file goes out as a download.

const at = (head: Buffer, place: number, bytes: readonly number[]): boolean =>
  bytes.every((byte, i) => head[place + i] === byte)
const says = (head: Buffer, place: number, word: string): boolean =>
  head.subarray(place, place + word.length).toString('latin1') === word

const OFFICE = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
} as const
const LEGACY = {
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
} as const
export const BYTES = 'application/octet-stream'
export const TEXT = 'text/plain'

const endingOf = (name: string): string => /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? ''

// Programs: nobody sends a customer's program to a colleague through here.
const programs = (head: Buffer): boolean =>
  says(head, 0, 'MZ') ||
  at(head, 0, [0x7f, 0x45, 0x4c, 0x46]) ||
  at(head, 0, [0xcf, 0xfa, 0xed, 0xfe]) ||
  at(head, 0, [0xca, 0xfe, 0xba, 0xbe]) ||
  says(head, 0, '#!')

/** null: a program, which is not taken. */
export function sniff(head: Buffer, name: string): string | null {
  if (programs(head)) return null
  if (says(head, 0, '%PDF-')) return 'application/pdf'
  if (at(head, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png'
  if (at(head, 0, [0xff, 0xd8, 0xff])) return 'image/jpeg'
  if (says(head, 0, 'GIF87a') || says(head, 0, 'GIF89a')) return 'image/gif'
  if (says(head, 0, 'RIFF') && says(head, 8, 'WEBP')) return 'image/webp'
  if (says(head, 0, 'RIFF') && says(head, 8, 'WAVE')) return 'audio/wav'
  if (says(head, 4, 'ftyp'))
    return says(head, 8, 'M4A') ? 'audio/mp4' : says(head, 8, 'hei') ? 'image/heic' : 'video/mp4'
  if (says(head, 0, 'ID3') || at(head, 0, [0xff, 0xfb])) return 'audio/mpeg'
  if (at(head, 0, [0x50, 0x4b, 0x03, 0x04])) return officeOf(head, name)
  if (at(head, 0, [0xd0, 0xcf, 0x11, 0xe0])) return LEGACY[endingOf(name) as keyof typeof LEGACY] ?? BYTES
  if (at(head, 0, [0x1f, 0x8b])) return 'application/gzip'
  return isText(head) ? TEXT : BYTES
}

/** An Office file says what it is in the names of its first parts. */
function officeOf(head: Buffer, name: string): string {
  const names = head.toString('latin1')
  const office = names.includes('[Content_Types].xml') || names.includes('_rels/')
  const ending = endingOf(name)
  if (office && Object.hasOwn(OFFICE, ending)) return OFFICE[ending as keyof typeof OFFICE]
  return 'application/zip'
}

function isText(head: Buffer): boolean {
  if (head.length === 0) return false
  // UTF-16 with its mark; else no byte that no text has. GBK and UTF-8 both pass.
  if (at(head, 0, [0xff, 0xfe]) || at(head, 0, [0xfe, 0xff])) return true
  return head.every(
    (byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d || byte === 0x0c,
  )
}

// What may stand for what: a text file is declared as csv, json, html; an Office file as a zip.
const families: readonly (readonly [RegExp, RegExp])[] = [
  [/^text\/plain$/, /^(text\/|application\/(json|xml|csv|javascript|x-ndjson|yaml|rtf))|message\/rfc822$/],
  [/^application\/(zip|vnd\.openxml)/, /^application\/(zip|x-zip-compressed|vnd\.)/],
  [/^application\/(msword|vnd\.ms)/, /^application\/(msword|vnd\.ms|x-ole)/],
  [/^application\/gzip$/, /^application\/(gzip|x-gzip|x-tar|x-compressed-tar)$/],
  [/^audio\/mp4$/, /^(audio|video)\/(mp4|x-m4a|m4a|aac)$/],
  [/^video\/mp4$/, /^video\/|^audio\/mp4$/],
  [/^audio\/wav$/, /^audio\//],
]

/** A declared type that the bytes contradict. Bytes of no known kind contradict only what they would show plainly. */
export function contradicts(found: string, declared: string): boolean {
  const said = declared.split(';')[0]!.trim().toLowerCase()
  if (said === '' || said === BYTES || said === found || said === 'binary/octet-stream') return false
  if (families.some(([is, may]) => is.test(found) && may.test(said))) return false
  if (found !== BYTES) return true
  return /^(application\/pdf|image\/(png|jpeg|gif|webp)|text\/.*|application\/(zip|json|vnd\.openxml.*))$/.test(
    said,
  )
}

/** A name that is safe on every system and in a header; in any language. */
export function safeName(name: string): string {
  const bare = name
    .normalize('NFC')
    .split(/[/\\]/)
    .at(-1)!
    // Control characters, and those that turn the reading direction: an .exe that reads as a .pdf.
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}<>:"|?*]/gu, '')
    .replace(/^[\s.]+|[\s.]+$/g, '')
  const [stem, ending] = /^(.*?)(\.[A-Za-z0-9]{1,8})?$/su.exec(bare)!.slice(1)
  return `${[...(stem ?? '')].slice(0, 200).join('') || 'file'}${ending ?? ''}`
}
