import type { Source } from './types.ts'

/** A list that comes at once, as a table's source. */
export const whole = ({
  isPending,
  error,
  refetch,
}: Pick<Source, 'isPending' | 'error' | 'refetch'>): Source => ({
  ...{ isPending, error, refetch },
  hasNextPage: false,
  isFetchingNextPage: false,
  fetchNextPage: () => undefined,
})
