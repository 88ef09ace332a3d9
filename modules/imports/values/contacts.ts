import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'

/**
 * One number, one key: `+86 138-0000-0000`, `0086 13800000000`, `013800000000` and `１３８…` are all `+8613800000000`.
 * An extension stays, as RFC 3966 writes it (`+862168888888;ext=12`). undefined: no number that could be dialled.
 */
export function phoneKey(text: string, region: string): string | undefined {
  if (text.length > 64) return undefined
  const flat = text.normalize('NFKC').replace(/\.0+$/, '')
  const digits = flat.replace(/[\s\-()._\u2010-\u2015]/g, '')
  if (region === 'CN' || digits.startsWith('+86') || digits.startsWith('0086')) {
    const mobile = /^(?:\+?86|0086)?0?(1[3-9]\d{9})$/.exec(digits)
    if (mobile) return `+86${mobile[1]}`
  }
  const spoken = flat
    .replace(/^\s*(?:tel|phone|mobile|电话|手机|座机)\s*[:：]?\s*/i, '')
    .replace(/转|分机/g, ' ext. ')
  const number = parsePhoneNumberFromString(
    spoken.replace(/^\s*00(?=[1-9])/, '+'),
    isSupportedCountry(region) ? (region as CountryCode) : undefined,
  )
  if (!number?.isPossible()) return undefined
  return number.ext ? `${number.number};ext=${number.ext}` : number.number
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

/** `a@x.cn；b@x.cn` → two values. A slash or a blank parts telephone numbers only in `splitPhones`. */
export const splitValues = (text: string): string[] => split(text, /[,，;；、|\n]+/)
export const splitPhones = (text: string): string[] => split(text, /[,，;；、|/\n]+/)

const split = (text: string, at: RegExp) => {
  const parts: string[] = []
  for (const part of text.split(at)) {
    const value = part.trim()
    if (value !== '' && !parts.includes(value)) parts.push(value)
  }
  return parts
}
