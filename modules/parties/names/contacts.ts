import { createHash } from 'node:crypto'
import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min'
import type { ContactKind } from '../contract.ts'

/**
 * One number, one key: `+86 138-0000-0000`, `0086 13800000000`, `013800000000` and `１３８…` are all `+8613800000000`.
 * An extension stays, as RFC 3966 writes it (`+862168888888;ext=12`). undefined: no number that could be dialled.
 */
export function phoneKey(text: string, region: string): string | undefined {
  if (text.length > 64) return undefined
  const flat = text.normalize('NFKC').replace(/\.0+$/, '')
  const digits = flat.replace(/[\s\-()._\u2010-\u2015]/g, '')
  const mobile = /^(?:\+?86|0086)?0?(1[3-9]\d{9})$/.exec(digits)?.[1]
  if (mobile && isChinese(digits, region)) return `+86${mobile}`
  const spoken = flat
    .replace(/^\s*(?:tel|phone|mobile|电话|手机|座机)\s*[:：]?\s*/i, '')
    .replace(/转|分机/g, ' ext. ')
  const number = parsePhoneNumberFromString(
    spoken.replace(/^\s*00(?=[1-9])/, '+'),
    isSupportedCountry(region) ? (region as CountryCode) : undefined,
  )
  if (!number?.isPossible()) return mobile && `+86${mobile}`
  return number.ext ? `${number.number};ext=${number.ext}` : number.number
}

/** How the key of a number begins whose first digits are these: `0138`, `138` and `0086 138` → `+86138`. */
export function phoneStart(digits: string, region: string): string {
  if (/^(?:\+|00)/.test(digits)) return digits.replace(/^00/, '+')
  return isSupportedCountry(region) ? `+${getCountryCallingCode(region)}${digits.replace(/^0/, '')}` : digits
}

/** Elsewhere eleven bare digits from 13 to 19 are a Chinese mobile too, except where numbers are written with a leading 1. */
function isChinese(digits: string, region: string): boolean {
  if (region === 'CN' || /^(?:\+86|0086)/.test(digits)) return true
  return (
    digits.startsWith('1') &&
    !(isSupportedCountry(region) && getCountryCallingCode(region as CountryCode) === '1')
  )
}

// Local part and domain as people have them; linear, so that no input can hold it up.
const EMAIL = /^[^\s@<>()[\]\\,;:"]{1,64}@[^\s@<>()[\]\\,;:"]+$/u

/** Lower case, full-width forms folded, `Name <a@b.cn>` and `mailto:` unwrapped. undefined when it is no address. */
export function emailKey(text: string): string | undefined {
  if (text.length > 320) return undefined
  const flat = text.normalize('NFKC').trim()
  const inner = flat.endsWith('>') ? flat.slice(flat.lastIndexOf('<') + 1, -1) : flat
  const email = inner
    .replace(/^mailto:/i, '')
    .trim()
    .toLowerCase()
  if (email.length > 254 || !EMAIL.test(email) || email.includes('..')) return undefined
  const at = email.indexOf('@')
  const labels = email.slice(at + 1).split('.')
  if (email.startsWith('.') || email[at - 1] === '.' || labels.length < 2) return undefined
  return labels.every((l) => l !== '' && l.length <= 63 && !l.startsWith('-') && !l.endsWith('-'))
    ? email
    : undefined
}

const flat = (text: string) => text.normalize('NFKC').trim().replace(/\s+/g, ' ')

// An index row of PostgreSQL holds 2,704 bytes; a key beyond this keeps its beginning and a digest of the whole.
const KEY_MAX = 200
const short = (key: string): string =>
  key.length <= KEY_MAX
    ? key
    : `${key.slice(0, KEY_MAX - 40).toWellFormed()} ${createHash('sha256').update(key).digest('hex').slice(0, 32)}`

/** Equal for every way of writing the same thing; undefined when the value cannot be of that kind. */
export function contactKey(kind: ContactKind, value: string, region: string): string | undefined {
  const key = wholeKey(kind, value, region)
  return key && short(key)
}

function wholeKey(kind: ContactKind, value: string, region: string): string | undefined {
  switch (kind) {
    case 'phone':
      return phoneKey(value, region)
    case 'email':
      return emailKey(value)
    case 'web':
      return webKey(value)
    case 'address':
      return flat(value).toLowerCase() || undefined
    default:
      // openid and unionid tell small letters from capitals
      return /^[\w.@-]{1,128}$/.test(flat(value)) ? flat(value) : undefined
  }
}

function webKey(value: string): string | undefined {
  const text = flat(value)
  if (!URL.canParse(/^https?:\/\//i.test(text) ? text : `https://${text}`)) return undefined
  const url = new URL(/^https?:\/\//i.test(text) ? text : `https://${text}`)
  if (!url.hostname.includes('.')) return undefined
  return `${url.hostname.replace(/^www\./, '')}${url.pathname.replace(/\/$/, '')}${url.search}`
}
