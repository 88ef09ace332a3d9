// A source may know people by their e-mail or phone. Such a number is the contact point that it is, however either is
// written: it is found, shown, filtered and exported by whoever may see that.

type Contact = { kind: string; value_key: string }

const DIGITS = '^[+0-9[:space:]().-]+$'
// Fewer digits end too many numbers.
const LEAST = 7

const flat = (text: string) => text.normalize('NFKC').trim().toLowerCase()

/** A telephone number also without its country, and with the zeros that are dialled before it. */
export function isContact(id: string, { kind, value_key }: Contact): boolean {
  const [number, key] = [flat(id), flat(value_key)]
  if (number === key) return true
  const digits = number.replace(/\D/g, '').replace(/^0+/, '')
  return kind === 'phone' && /^[+\d\s().-]+$/.test(number) && digits.length >= LEAST && key.endsWith(digits)
}

/** The same in SQL: of an id, and of a row of contact_point. */
export const isContactSql = (id: string, c: string): string => {
  const digits = `ltrim(regexp_replace(${id}, '[^0-9]', '', 'g'), '0')`
  return `(lower(normalize(btrim(${id}), nfkc)) = lower(${c}.value_key)
    or ${c}.kind = 'phone' and ${id} ~ '${DIGITS}' and length(${digits}) >= ${LEAST} and right(${c}.value_key, length(${digits})) = ${digits})`
}
