/** An expected no. Anything else that is thrown is a bug: 500, logged with the request id, no internals shown. */
export class Refusal extends Error {
  readonly code: string
  readonly status: number
  readonly details: Record<string, unknown>
  constructor(code: string, status: number, details: Record<string, unknown>) {
    super(code)
    this.name = 'Refusal'
    this.code = code
    this.status = status
    this.details = details
  }
}

/** Throws where the fact is known; the words are in the module's text.ts, in both languages. */
export function refuse(code: string, status = 400, details: Record<string, unknown> = {}): never {
  throw new Refusal(code, status, details)
}

/** Out of scope and absent answer alike, so that nobody learns what exists. */
export const notFound = (): never => refuse('kernel.not_found', 404)
