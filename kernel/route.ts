import { type Static, Type as T, type TEnum, type TObject, type TSchema } from 'typebox'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
/** `parties:read` needs that permission of the caller's role; the other two are said as openly. */
export type May = `${string}:${string}` | 'anyone' | 'signed_in'

export type Spec = {
  /** Required: who may. A route without it does not compile. */
  readonly may: May
  /** A second permission that it needs: a list goes out as a file only for those who may take data with them. */
  readonly also?: `${string}:${string}`
  /** It gives this list as a file: how the command line and the page find it. */
  readonly exports?: string
  /** One English sentence for the API's documentation. */
  readonly does: string
  readonly params?: TObject
  readonly query?: TObject
  readonly body?: TSchema
  /** `stream`: the raw body is handed to the handler as `body_stream`, never buffered. */
  readonly takes?: 'json' | 'stream'
  /** What comes back. `file` and `events` are written by the handler itself. */
  readonly gives: TSchema | 'nothing' | 'file' | 'events'
  readonly refuses?: readonly string[]
  /** A POST that creates answers 201 and honours Idempotency-Key unless it says `once: false`. */
  readonly creates?: boolean
  /** A password goes in or a key comes out: what Idempotency-Key keeps of it is kept encrypted. */
  readonly secret?: boolean
  /** An update that needs If-Match: the row's `version` is its ETag. */
  readonly versioned?: boolean
}
export type Route = Spec & { readonly method: Method; readonly path: string }
export type Table = { readonly [name: string]: Route }

/** One line of the API: `route('POST /coupons', { may, does, body, gives })`. Paths are below /api/v1. */
export function route<const S extends Spec>(
  line: `${Method} /${string}`,
  spec: S,
): S & { method: Method; path: string } {
  const at = line.indexOf(' ')
  return { ...spec, method: line.slice(0, at) as Method, path: line.slice(at + 1) }
}

export const routes = <const R extends Table>(table: R): R => table

type Part<R, K extends string> = R extends { readonly [key in K]: infer S extends TSchema }
  ? Static<S>
  : unknown
export type Input<R extends Spec> = {
  params: Part<R, 'params'>
  query: Part<R, 'query'>
  body: Part<R, 'body'>
}
export type Output<R extends Spec> = R['gives'] extends TSchema ? Static<R['gives']> : void

/** Strings out of a fixed set, as JSON Schema's enum. */
export const oneOf = <const V extends readonly [string, ...string[]]>(...values: V): TEnum<[...V]> =>
  T.Enum<[...V]>(values as unknown as readonly [...V])
export const Id = T.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
export const ById = T.Object({ id: Id })
export const Instant = T.String({ format: 'date-time', description: 'ISO 8601, UTC' })
/** Known or null. Scalars become `type: [x, "null"]`, which serialises several times faster than a union. */
export function Nullable<S extends TSchema>(schema: S) {
  const { type, enum: allowed } = schema as { type?: unknown; enum?: unknown[] }
  if (allowed) return T.Unsafe<Static<S> | null>({ ...schema, enum: [...allowed, null] })
  if (typeof type === 'string' && type !== 'object' && type !== 'array')
    return T.Unsafe<Static<S> | null>({ ...schema, type: [type, 'null'] })
  return T.Unsafe<Static<S> | null>({ anyOf: [schema, { type: 'null' }] })
}
export const Page = {
  cursor: T.Optional(T.String({ maxLength: 2000 })),
  limit: T.Optional(T.Integer({ minimum: 1, maximum: 200, default: 50 })),
}
/** One page by key: `next` is opaque and null on the last page. */
export const pageOf = <S extends TSchema>(item: S) =>
  T.Object({ items: T.Array(item), next: Nullable(T.String()) })

/** What every export is asked beside the filters of its list. */
export const ExportAsked = {
  format: T.Optional(T.Enum(['csv', 'xlsx'], { default: 'csv' })),
  columns: T.Optional(
    T.String({ maxLength: 2000, description: 'keys of columns, comma-separated; all of them when absent' }),
  ),
  lang: T.Optional(T.Enum(['zh-CN', 'en'], { description: 'of headings and words; else the caller’s' })),
  key: T.Optional(
    T.String({
      pattern: '^[\\w-]{8,64}$',
      description: 'chosen by the caller: GET /exports/{key} then tells how far it is',
    }),
  ),
}
/** `{ ...exporting('parties'), may, does, query: T.Object({ ...filters, ...ExportAsked }) }` */
export const exporting = <const L extends string>(list: L) =>
  ({
    also: 'data:export',
    exports: list,
    gives: 'file',
    refuses: ['exports.unknown_column', 'exports.busy', 'exports.key_reused'],
  }) as const

/** A body that refuses fields it does not know: a typing slip is told, not swallowed. */
export const Body = <P extends Record<string, TSchema>>(properties: P) =>
  T.Object(properties, { additionalProperties: false })
