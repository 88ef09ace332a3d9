import pg from 'pg'
import { refuse } from '../../../kernel/refuse.ts'

/** The constraint decides that a value is taken; this gives it the word that a person understands. */
export async function orTaken<R>(
  write: Promise<R>,
  constraint: string,
  code: string,
  details: Record<string, unknown>,
): Promise<R> {
  try {
    return await write
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === '23505' && error.constraint === constraint)
      return refuse(code, 409, details)
    throw error
  }
}
