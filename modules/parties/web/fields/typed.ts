import { exponentOf } from '../../../../kernel/text.ts'
import type { CustomFieldShape } from '../../contract.fields.ts'

// A value as one types it. What cannot be read goes to the server as it was typed, which says why it is refused.

export type Told = { id: number | null; name: string; withheld: boolean }

export function typedOf({ kind, rules }: Pick<CustomFieldShape, 'kind' | 'rules'>, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (kind !== 'money') return typeof value === 'object' ? '' : String(value)
  const { minor, currency } = value as { minor: number; currency: string }
  const digits = exponentOf(currency)
  const amount = (minor / 10 ** digits).toFixed(digits)
  return currency === rules.currency ? amount : `${amount} ${currency}`
}

const plain = (text: string): string => text.normalize('NFKC').replace(/[\s,]/g, '')

export function parseTyped(
  { kind, rules }: Pick<CustomFieldShape, 'kind' | 'rules'>,
  typed: string,
  base_currency: string,
): unknown {
  const text = typed.trim()
  if (text === '') return null
  if (kind === 'number') return /^[-+]?\d*\.?\d+$/.test(plain(text)) ? Number(plain(text)) : text
  if (kind !== 'money') return text
  const match = /^([-+]?\d*\.?\d+)([A-Za-z]{3})?$/.exec(plain(text))
  if (!match) return text
  const currency = (match[2] ?? rules.currency ?? base_currency).toUpperCase()
  const digits = exponentOf(currency)
  const [whole = '', part = ''] = match[1]!.split('.')
  // More digits than the currency has are no amount in it.
  if (part.length > digits) return text
  return { minor: Number(`${whole}${part.padEnd(digits, '0')}`), currency }
}
