/**
 * A scan over XML that comes in chunks: tags, attributes as text, and text where the handler asks for it. No tree, no
 * namespaces, no document types: a file that declares entities of its own is refused, as no spreadsheet does.
 */
import { refuse } from '../../../../kernel/refuse.ts'

export type Handler = {
  /** text is wanted where this is true */
  reading: boolean
  open(name: string, attributes: string): void
  text(text: string): void
  close(name: string): void
}

// Characters. Text that goes on is handed over in pieces; a tag that goes on is none.
const PIECE = 65_536
const TAG_CAP = 1_048_576

export class XmlScan {
  readonly #handler: Handler
  #rest = ''
  /** looked at again only once it has doubled */
  #seen = 0
  depth = 0

  constructor(handler: Handler) {
    this.#handler = handler
  }

  push(chunk: string): void {
    const text = this.#rest === '' ? chunk : this.#rest + chunk
    if (text.length < this.#seen * 2) {
      this.#rest = text
      return
    }
    const done = this.#scan(text)
    // A copy would be cut from the chunk and keep it alive only until the next one.
    this.#rest = text.slice(done)
    this.#seen = this.#rest.length
    if (this.#rest.length > TAG_CAP) refuse('imports.workbook_broken', 422, { why: 'tag' })
  }

  end(): void {
    if (this.#rest.trim() !== '' || this.depth !== 0) refuse('imports.workbook_broken', 422, { why: 'cut' })
  }

  #scan(text: string): number {
    const handler = this.#handler
    let i = 0
    for (;;) {
      const at = text.indexOf('<', i)
      if (at < 0) return this.#trailing(text, i)
      if (at > i && handler.reading) handler.text(unescaped(text.slice(i, at)))
      const mark = text.charCodeAt(at + 1)
      if (mark === 33 || mark === 63) {
        const end = this.#special(text, at)
        if (end < 0) return at
        i = end
        continue
      }
      const end = tagEnd(text, at + 1)
      if (end < 0) return at
      this.#tag(text, at, end)
      i = end + 1
    }
  }

  #tag(text: string, at: number, end: number): void {
    const handler = this.#handler
    if (text.charCodeAt(at + 1) === 47) {
      this.depth--
      handler.close(localName(text, at + 2, end))
      return
    }
    const empty = text.charCodeAt(end - 1) === 47
    const to = empty ? end - 1 : end
    let name_end = at + 1
    while (name_end < to && text.charCodeAt(name_end) > 32) name_end++
    const name = localName(text, at + 1, name_end)
    handler.open(name, text.slice(name_end, to))
    if (empty) handler.close(name)
    else this.depth++
  }

  /** Comments, CDATA, processing instructions; behind it, or -1 while it is not whole. */
  #special(text: string, at: number): number {
    const behind = (end: string) => {
      const found = text.indexOf(end, at + 2)
      return found < 0 ? -1 : found + end.length
    }
    if (text.charCodeAt(at + 1) === 63) return behind('?>')
    if (text.startsWith('<!--', at)) return behind('-->')
    if (text.startsWith('<![CDATA[', at)) {
      const end = behind(']]>')
      if (end > 0 && this.#handler.reading) this.#handler.text(text.slice(at + 9, end - 3))
      return end
    }
    if (text.length - at < 9) return -1
    return refuse('imports.xml_entities', 422)
  }

  #trailing(text: string, i: number): number {
    if (!this.#handler.reading) return text.length
    if (text.length - i <= PIECE) return i
    // An entity may be cut by the chunk's end.
    const cut = text.lastIndexOf('&')
    const end = cut > text.length - 16 ? cut : text.length
    this.#handler.text(unescaped(text.slice(i, end)))
    return end
  }
}

/** The closing bracket; those inside quoted attributes are not it. */
function tagEnd(text: string, from: number): number {
  let end = text.indexOf('>', from)
  while (end >= 0) {
    let quoted = false
    for (let i = from; i < end; i++) if (text.charCodeAt(i) === 34) quoted = !quoted
    if (!quoted) return end
    end = text.indexOf('>', end + 1)
  }
  return -1
}

function localName(text: string, from: number, to: number): string {
  const name = text.slice(from, to).trimEnd()
  const colon = name.indexOf(':')
  return colon < 0 ? name : name.slice(colon + 1)
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** The five entities of XML and numbers; nothing else is known. */
export function unescaped(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]+);/gi, (whole, name: string) => {
    if (name.charCodeAt(0) !== 35) return NAMED[name] ?? whole
    const hex = name.charCodeAt(1) === 120 || name.charCodeAt(1) === 88
    const code = hex ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
  })
}

/** The value of an attribute, by its name with any prefix. */
export function attribute(attributes: string, name: string): string | undefined {
  for (let at = attributes.indexOf(name); at >= 0; at = attributes.indexOf(name, at + 1)) {
    const before = attributes.charCodeAt(at - 1)
    if (at > 0 && before > 32 && before !== 58) continue
    const found = /^\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(attributes.slice(at + name.length))
    if (found) return unescaped(found[1] ?? found[2]!)
  }
  return undefined
}
