import type { Test } from './check.ts'
import { every, type Piece, piece, raw, val } from './piece.ts'

/** A range of numbers; whole ones are compared as such unless the expression has another type. */
export function numberSql(
  expr: Piece,
  { from, to, from_in, to_in }: Extract<Test, { is: 'number' }>,
  kind?: 'float8',
): Piece {
  const whole = [from, to].every((one) => one === null || Number.isSafeInteger(one))
  const type = kind ?? (whole ? 'bigint' : 'float8')
  return every([
    ...(from === null ? [] : [piece`${expr} ${raw(from_in ? '>=' : '>')} ${val(from, type)}`]),
    ...(to === null ? [] : [piece`${expr} ${raw(to_in ? '<=' : '<')} ${val(to, type)}`]),
  ])
}

/** The same of a number in JSON: texts and lists are neither more nor less than it as long as they are not there. */
export const jsonSql = (expr: Piece, { from, to, from_in, to_in }: Extract<Test, { is: 'number' }>): Piece =>
  every([
    ...(from === null ? [] : [piece`${expr} ${raw(from_in ? '>=' : '>')} ${val(String(from), 'jsonb')}`]),
    ...(to === null ? [] : [piece`${expr} ${raw(to_in ? '<=' : '<')} ${val(String(to), 'jsonb')}`]),
  ])
