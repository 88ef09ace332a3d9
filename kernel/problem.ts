import type { ErrorObject } from 'ajv'
import pg from 'pg'
import { Refusal } from './refuse.ts'
import { type Locale, phrase, type Words } from './text.ts'

export type FieldProblem = { path: string; message: string }
export type ProblemBody = {
  type: string
  status: number
  code: string
  title: string
  detail: string
  request_id: string
  details?: Record<string, unknown>
  fields?: FieldProblem[]
}

export class Invalid extends Error {
  readonly fields: { path: string; key: string; params: Record<string, unknown> }[]
  constructor(fields: Invalid['fields']) {
    super('invalid')
    this.fields = fields
  }
}

const byKeyword: Record<string, string> = {
  required: 'field.required',
  additionalProperties: 'field.unknown',
  type: 'field.type',
  enum: 'field.enum',
  minLength: 'field.short',
  maxLength: 'field.long',
  minimum: 'field.range',
  maximum: 'field.range',
  exclusiveMinimum: 'field.range',
  exclusiveMaximum: 'field.range',
  format: 'field.format',
  pattern: 'field.pattern',
}
// Something must stand there besides blanks.
const NOT_BLANK = '\\S'

/** Ajv's findings as ours: a path a person recognises and a key of kernel/words.ts. */
export function fieldsOf(errors: readonly ErrorObject[], where: string): Invalid['fields'] {
  return errors
    .filter((e) => e.keyword !== 'anyOf')
    .slice(0, 20)
    .map((e) => {
      const params = e.params as Record<string, unknown>
      const name = (params['missingProperty'] ?? params['additionalProperty']) as string | undefined
      const path = [where, ...e.instancePath.split('/').filter(Boolean), ...(name ? [name] : [])].join('.')
      return {
        path,
        key: params['pattern'] === NOT_BLANK ? 'field.blank' : (byKeyword[e.keyword] ?? 'field.other'),
        params: {
          ...params,
          name,
          wanted: params['type'],
          allowed: params['allowedValues'],
          keyword: e.keyword,
        },
      }
    })
}

const UNIQUE_OR_SERIALISE = new Set(['40001', '40P01', '55P03', '23505'])
const GONE = new Set([
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08006',
  '08001',
  '08003',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'EPIPE',
])
// PostgreSQL's word, and the system's: no space left on the disk, or no more of it for this account.
const FULL = new Set(['53100', 'ENOSPC', 'EDQUOT'])

/** Anything thrown → status and code. What is not expected is a bug: 500, its cause in the log only. */
export function classify(error: unknown): {
  status: number
  code: string
  details: Record<string, unknown>
  bug: boolean
} {
  if (error instanceof Refusal)
    return { status: error.status, code: error.code, details: error.details, bug: false }
  if (error instanceof Invalid) return { status: 400, code: 'kernel.invalid', details: {}, bug: false }
  const code = (error as { code?: unknown }).code
  if (error instanceof pg.DatabaseError && UNIQUE_OR_SERIALISE.has(String(code)))
    return { status: 409, code: 'kernel.conflict', details: {}, bug: false }
  if (
    GONE.has(String(code)) ||
    /Connection terminated|connection timeout|not queryable/i.test(String((error as Error).message))
  )
    return { status: 503, code: 'kernel.unavailable', details: {}, bug: true }
  if (FULL.has(String(code))) return { status: 507, code: 'kernel.disk_full', details: {}, bug: true }
  // Class 22: a value that passed the schema and that PostgreSQL cannot hold (a date in year 0, say).
  if (error instanceof pg.DatabaseError && (code as string)?.startsWith('22'))
    return { status: 400, code: 'kernel.invalid', details: {}, bug: false }
  if (error instanceof pg.DatabaseError && (code as string)?.startsWith('23'))
    return { status: 422, code: 'kernel.invalid', details: {}, bug: false }
  switch (code) {
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return { status: 400, code: 'kernel.bad_json', details: {}, bug: false }
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return { status: 413, code: 'kernel.too_large', details: { limit: 1048576 }, bug: false }
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return { status: 415, code: 'kernel.media_type', details: {}, bug: false }
  }
  const status = (error as { statusCode?: number }).statusCode
  if (status && status >= 400 && status < 500)
    return { status, code: status === 404 ? 'kernel.no_route' : 'kernel.invalid', details: {}, bug: false }
  return { status: 500, code: 'kernel.bug', details: {}, bug: true }
}

/** A permission by what people call it; `details` keep its code. */
const inWords = (details: Record<string, unknown>, words: Words, locale: Locale) => {
  const called = words[`may.${details['permission']}`]
  return called ? { ...details, permission: phrase(called, locale) } : details
}

/** RFC 9457, in the caller's language. */
export function problemOf(error: unknown, words: Words, locale: Locale, request_id: string): ProblemBody {
  const { status, code, details } = classify(error)
  const text = words[code]
    ? phrase(words[code], locale, { ...inWords(details, words, locale), request_id })
    : code
  const fields =
    error instanceof Invalid
      ? error.fields.map((f) => ({ path: f.path, message: phrase(words[f.key]!, locale, f.params) }))
      : undefined
  const detail = fields?.length ? fields.map((f) => `${f.path}: ${f.message}`).join('; ') : text
  return {
    type: `urn:guanxi:problem:${code}`,
    status,
    code,
    title: text,
    detail,
    request_id,
    ...(Object.keys(details).length ? { details } : {}),
    ...(fields ? { fields } : {}),
  }
}
