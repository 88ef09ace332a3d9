// Finding a person in text that others wrote: a rejected line, an uploaded file, a note. Errs on the side of yes, for
// what is found is a leftover that its source still has.

const flat = (text: string): string => text.normalize('NFKC').toLowerCase()
const digitsOf = (text: string): string => text.replace(/\D/g, '')
// Fewer digits than these are a house number or a quantity, not a telephone.
const PHONE_DIGITS = 7
const isPhone = (value: string): boolean =>
  /^[+\d][\d\s().\-/;=a-z]*$/i.test(value) && digitsOf(value).length >= PHONE_DIGITS

const letter = /[\p{L}\p{N}]/u
const isHan = (char: string): boolean => /\p{Script=Han}/u.test(char)

/** Chinese has no blanks between words; elsewhere a name must stand alone, or Al would be in every total. */
function holds(text: string, wanted: string): boolean {
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const [first, last] = [wanted.at(0)!, wanted.at(-1)!]
    const before = at > 0 ? text[at - 1]! : ' '
    const after = text[at + wanted.length] ?? ' '
    const alone = (edge: string, beside: string) => isHan(edge) || !letter.test(edge) || !letter.test(beside)
    if (alone(first, before) && alone(last, after)) return true
  }
  return false
}

/** `values` are looked for as written; a telephone also by its digits, however it is set apart. */
export function mentionsOf(name: string, values: readonly string[]): (text: string) => boolean {
  const words = [...new Set([name, ...values].map((value) => flat(value).trim()))].filter(
    (word) => word.length > 1 || (word.length === 1 && isHan(word)),
  )
  // The national part: +86 138…, 0138… and 138… end alike.
  const phones = [...new Set(values.filter(isPhone).map((value) => digitsOf(value.split(';')[0]!).slice(-9)))]
  return (text) => {
    const plain = flat(text)
    if (words.some((word) => holds(plain, word))) return true
    if (phones.length === 0) return false
    const bare = plain.replace(/(?<=\d)[\s().\-/]+(?=\d)/g, '')
    return phones.some((phone) => bare.includes(phone))
  }
}
