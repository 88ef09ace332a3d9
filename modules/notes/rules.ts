// Light marks: **bold**, `code`, lists (- ), quotes (> ), links, @[name](user id). Parsed into pieces that a page shows as
// elements; nothing of a note is ever read as HTML.

export const priorities = ['low', 'normal', 'high'] as const
export type Priority = (typeof priorities)[number]
export const scans = ['unscanned', 'pending', 'clean', 'infected'] as const

const MENTION = /@\[([^\]\n]{1,100})\]\((\d{1,16})\)/g
export const mentionsIn = (body: string): number[] => [
  ...new Set([...body.matchAll(MENTION)].map((match) => Number(match[2]))),
]
/** What is shown where marks are not: in a list, in a notice. */
export const plain = (body: string): string =>
  body
    .replace(MENTION, '@$1')
    .replace(/\*\*(\S(?:.*?\S)?)\*\*/g, '$1')
    .replace(/`([^`\n]+)`/g, '$1')

export type Piece =
  | { kind: 'text' | 'bold' | 'code'; text: string }
  | { kind: 'link'; text: string; href: string }
  | { kind: 'mention'; text: string; user_id: number }
export type Line = { kind: 'text' | 'item' | 'quote' | 'empty'; pieces: Piece[] }

const INLINE =
  /@\[([^\]\n]{1,100})\]\((\d{1,16})\)|\*\*(\S(?:[^\n]*?\S)?)\*\*|`([^`\n]+)`|(https?:\/\/[^\s<>"'，。；、）】」]+)/g

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  for (const match of text.matchAll(INLINE)) {
    if (match.index > at) pieces.push({ kind: 'text', text: text.slice(at, match.index) })
    const [all, name, user, bold, code, href] = match
    if (user) pieces.push({ kind: 'mention', text: `@${name}`, user_id: Number(user) })
    else if (bold) pieces.push({ kind: 'bold', text: bold })
    else if (code) pieces.push({ kind: 'code', text: code })
    else pieces.push({ kind: 'link', text: href!, href: href! })
    at = match.index + all.length
  }
  if (at < text.length) pieces.push({ kind: 'text', text: text.slice(at) })
  return pieces
}

export const linesOf = (body: string): Line[] =>
  body.split('\n').map((line) => {
    if (line.trim() === '') return { kind: 'empty', pieces: [] }
    const mark = /^\s*(-|\*|•|>)\s+(.*)$/.exec(line)
    if (!mark) return { kind: 'text', pieces: piecesOf(line) }
    return { kind: mark[1] === '>' ? 'quote' : 'item', pieces: piecesOf(mark[2]!) }
  })

/** The day after so many days, and the last day of the week (Sunday) that a day is in. */
export const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
export const endOfWeek = (day: string): string => dayAfter(day, (7 - new Date(day).getUTCDay()) % 7)
