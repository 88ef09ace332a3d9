import { Fragment, type ReactNode } from 'react'
import { type Line, linesOf, type Piece } from '../rules.ts'

/** A note with its light marks, as elements. */
export function Marked({ body }: { body: string }) {
  return <div className="nbody">{blocks(linesOf(body))}</div>
}

function blocks(lines: readonly Line[]): ReactNode[] {
  const shown: ReactNode[] = []
  for (let i = 0; i < lines.length; ) {
    const line = lines[i]!
    if (line.kind !== 'item') {
      const inner = <Pieces pieces={line.pieces} />
      if (line.kind === 'quote') shown.push(<blockquote key={i}>{inner}</blockquote>)
      else if (line.kind === 'text') shown.push(<p key={i}>{inner}</p>)
      i++
      continue
    }
    const from = i
    while (lines[i]?.kind === 'item') i++
    shown.push(
      <ul key={from}>
        {lines.slice(from, i).map((item, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
          <li key={n}>
            <Pieces pieces={item.pieces} />
          </li>
        ))}
      </ul>,
    )
  }
  return shown
}

const Pieces = ({ pieces }: { pieces: readonly Piece[] }) =>
  pieces.map((piece, i) => {
    const key = `${i} ${piece.kind}`
    switch (piece.kind) {
      case 'bold':
        return <strong key={key}>{piece.text}</strong>
      case 'code':
        return <code key={key}>{piece.text}</code>
      case 'mention':
        return (
          <span key={key} className="at">
            {piece.text}
          </span>
        )
      case 'link':
        return (
          <a key={key} href={piece.href} className="lnk" target="_blank" rel="noopener noreferrer">
            {piece.text}
          </a>
        )
      default:
        return <Fragment key={key}>{piece.text}</Fragment>
    }
  })
