/** `a@x.cn；b@x.cn` → two values. A slash parts telephone numbers only: addresses and tags may hold one. */
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
