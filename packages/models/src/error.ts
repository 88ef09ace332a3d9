/**
 * What every function of this library throws when its input cannot be used.
 * `code` is stable (`data.length`, `params.range`, `fit.too_few`, …); `details` holds the offending facts.
 */
export class ModelError extends Error {
  readonly code: string
  readonly details: Record<string, unknown>
  constructor(code: string, message: string, details: Record<string, unknown> = {}) {
    super(`${code}: ${message}`)
    this.name = 'ModelError'
    this.code = code
    this.details = details
  }
}

/** Throws a `ModelError`; returns never, so that it narrows types. */
export function fail(code: string, message: string, details: Record<string, unknown> = {}): never {
  throw new ModelError(code, message, details)
}

/** Refuses a parameter that is absent, not finite or not above zero. */
export function positive(model: string, params: object, letters: readonly string[]): void {
  const given = params as Record<string, unknown>
  for (const letter of letters) {
    const value = given[letter]
    if (typeof value !== 'number' || !(value > 0) || value === Number.POSITIVE_INFINITY)
      fail('params.range', `${model} needs ${letter} to be a finite number above 0`, { model, letter, value })
  }
}

/** Refuses a horizon that is not a finite number ≥ 0. */
export function horizon(t: number, name = 't'): void {
  if (typeof t !== 'number' || !(t >= 0) || t === Number.POSITIVE_INFINITY)
    fail('horizon.range', `${name} must be a finite number of periods, 0 or more`, { [name]: t })
}

/** Refuses a count that is not a whole number ≥ 0. */
export function count(k: number, name = 'k'): void {
  if (!Number.isSafeInteger(k) || k < 0)
    fail('count.range', `${name} must be a whole number, 0 or more`, { [name]: k })
}
