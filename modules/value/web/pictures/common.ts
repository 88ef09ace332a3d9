import { keepPreviousData } from '@tanstack/react-query'
import type { Filter } from '../../contract.shapes.ts'

/** What every picture of the page is given. */
export type PictureProps = { filter: Filter }
/** Another filter keeps the old picture until the new one is there: nothing jumps. */
export const kept = { placeholderData: keepPreviousData } as const
