import { words } from '../../kernel/text.ts'

/** Who is where: it has nothing to refuse of its own. */
export const text = words({})
