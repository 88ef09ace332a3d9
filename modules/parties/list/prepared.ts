import { type Ctx, named, planned } from '../../../kernel/ctx.ts'

const names = new Map<string, string>()
// Statements of one shape have one name; made-up shapes (fifty words) are planned each time.
const NAMED_MAX = 300

/** What a statement of this shape is kept prepared under; null: there are too many shapes. */
export function shapeOf(text: string): string | null {
  let name = names.get(text) ?? null
  if (name === null && names.size < NAMED_MAX) names.set(text, (name = `parties.shape.${names.size}`))
  return name
}

/** Rows looked up by their keys: the same plan whatever the values. Never what may be slow: it is pipelined. */
export async function prepared<R extends object>(ctx: Ctx, text: string, values: unknown[]): Promise<R[]> {
  const name = shapeOf(text)
  return name === null ? planned<R>(ctx, text, values) : named<R>(ctx, name, text, values)
}
