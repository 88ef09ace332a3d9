import type { Params } from '../list/where.ts'

/**
 * A piece of a condition with its values apart: plain data, so that the same question has the same key, and no value
 * ever stands in a text. `§` is the row of party_listed, whatever it is called where the piece is used.
 */
export type Piece = {
  text: readonly string[]
  values: readonly (readonly [value: unknown, type: string])[]
  /** true or false, never unknown: the planner can turn its contrary into an anti-join */
  sure?: true
}
type Value = { value: unknown; type: string }

export const val = (value: unknown, type: string): Value => ({ value, type })

export function piece(strings: TemplateStringsArray, ...parts: readonly (Piece | Value)[]): Piece {
  const text = [strings[0]!]
  const values: (readonly [unknown, string])[] = []
  parts.forEach((part, i) => {
    const after = strings[i + 1]!
    if ('text' in part) {
      text[text.length - 1] += part.text[0]!
      text.push(...part.text.slice(1))
      text[text.length - 1] += after
      values.push(...part.values)
    } else {
      values.push([part.value, part.type])
      text.push(after)
    }
  })
  return { text, values }
}

/** SQL that this program wrote. */
export const raw = (text: string): Piece => ({ text: [text], values: [] })

function joined(pieces: readonly Piece[], word: string, none: string): Piece {
  if (pieces.length === 0) return raw(none)
  if (pieces.length === 1) return pieces[0]!
  const all = pieces
    .slice(1)
    .reduce((before, one) => piece`${before}${raw(word)}(${one})`, piece`(${pieces[0]!})`)
  // Whatever stands beside it, an "or" does not reach beyond itself.
  const whole = piece`(${all})`
  return pieces.every((one) => one.sure) ? sure(whole) : whole
}
export const every = (pieces: readonly Piece[]): Piece => joined(pieces, ' and ', 'true')
export const some = (pieces: readonly Piece[]): Piece => joined(pieces, ' or ', 'false')
export const sure = (one: Piece): Piece => ({ ...one, sure: true })
/** What is unknown is not so; therefore its contrary is. */
export const not = (one: Piece): Piece =>
  sure(one.sure ? piece`not (${one})` : piece`not coalesce((${one}), false)`)

export const written = ({ text, values }: Piece, row: string, { $ }: Params): string =>
  text.map((part, i) => part.replaceAll('§', row) + (values[i] ? $(values[i][0], values[i][1]) : '')).join('')
