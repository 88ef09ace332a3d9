/** Today where the reader is. */
export const today = (): string => new Intl.DateTimeFormat('sv-SE').format(new Date())
