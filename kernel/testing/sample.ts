import fc from 'fast-check'

/** JSON Schema as the route tables write it. */
export type Schema = {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  patternProperties?: Record<string, Schema>
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  minProperties?: number
}

const typeOf = (schema: Schema): string => [schema.type].flat().find((type) => type !== 'null') ?? 'object'
const formats: Record<string, string> = {
  date: '2024-02-29',
  'date-time': '2024-02-29T10:00:00.000Z',
  email: 'a@b.example',
  uri: 'https://a.example/x',
}

/** The least that a schema accepts: required fields only. `known` answers for patterns that a program cannot guess. */
export function sample(
  schema: Schema,
  known: (schema: Schema, name: string) => unknown = () => undefined,
  name = '',
): unknown {
  const told = known(schema, name)
  if (told !== undefined) return told
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.anyOf) return sample(schema.anyOf[0]!, known, name)
  switch (typeOf(schema)) {
    case 'string':
      return (
        formats[schema.format ?? ''] ??
        'abc'.padEnd(schema.minLength ?? 1, 'x').slice(0, schema.maxLength ?? 100)
      )
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, Math.min(1, schema.maximum ?? 1))
    case 'boolean':
      return true
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => sample(schema.items ?? {}, known, name))
    default:
      return Object.fromEntries(
        [
          ...(schema.required ?? []),
          ...(schema.minProperties ? Object.keys(schema.properties ?? {}).slice(0, 1) : []),
        ].map((key) => [key, sample(schema.properties?.[key] ?? {}, known, key)]),
      )
  }
}

// What breaks programs: emptiness, length, other scripts, halves of characters, SQL, paths, markup, numbers at their edges.
const nasty = [
  '',
  ' ',
  '0',
  '-1',
  'null',
  'NaN',
  '\u0000',
  'a\u0000b',
  '%00',
  '😀',
  '\ud800',
  '关系',
  '１２３',
  '‮',
  "'; drop table party; --",
  '../../etc/passwd',
  '%',
  '_',
  '\\',
  '{}',
  '[]',
  '<script>',
  '=cmd|x',
  'x'.repeat(5000),
  '9'.repeat(40),
  '1e309',
  'infinity',
  '0000-01-01',
  '9999-12-31T23:59:59.999Z',
  '-infinity',
  '2024-02-30',
  '\n\t\r',
  'eyJ',
  'W10',
  'WyJhIiwxXQ',
]
const edges = [0, -1, 1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308, 9_007_199_254_740_991, 4_294_967_296]
const anything = fc.oneof(
  fc.constantFrom<unknown>(null, true, [], {}, [[]], { a: { b: [] } }),
  fc.constantFrom<unknown>(...nasty),
  fc.constantFrom<unknown>(...edges),
)

/** Mostly what the schema asks for, at its edges; sometimes what it does not. */
export function arbitrary(
  schema: Schema,
  known: (schema: Schema, name: string) => fc.Arbitrary<unknown> | undefined = () => undefined,
  name = '',
): fc.Arbitrary<unknown> {
  const fits = fitting(schema, known, name)
  return fc.oneof({ weight: 8, arbitrary: fits }, { weight: 1, arbitrary: anything })
}

function fitting(
  schema: Schema,
  known: (schema: Schema, name: string) => fc.Arbitrary<unknown> | undefined,
  name: string,
): fc.Arbitrary<unknown> {
  const told = known(schema, name)
  if (told) return told
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => arbitrary(one, known, name)))
  switch (typeOf(schema)) {
    case 'string':
      return fc.oneof(
        fc.constant(sample(schema)),
        fc.constantFrom<unknown>(...nasty),
        fc.string({ unit: 'binary', maxLength: 60 }),
      )
    case 'integer':
    case 'number':
      return fc.oneof(
        fc.integer({
          min: Math.max(schema.minimum ?? -10, -(2 ** 31)),
          max: Math.min(schema.maximum ?? 1e6, 2 ** 31 - 1),
        }),
        fc.constantFrom(...edges),
      )
    case 'boolean':
      return fc.boolean()
    case 'array':
      return fc.array(arbitrary(schema.items ?? {}, known, name), { maxLength: 4 })
    default:
      return objectOf(schema, known)
  }
}

function objectOf(
  schema: Schema,
  known: (schema: Schema, name: string) => fc.Arbitrary<unknown> | undefined,
): fc.Arbitrary<unknown> {
  const keys = Object.keys(schema.properties ?? {})
  const required = new Set(schema.required)
  const fields = Object.fromEntries(keys.map((key) => [key, arbitrary(schema.properties![key]!, known, key)]))
  return fc.record(fields, { requiredKeys: keys.filter((key) => required.has(key)) })
}
