import { useMutation, useQueryClient } from '@tanstack/react-query'
import { problemOf, useSearch, useToast } from '../../../apps/web/ui/index.ts'
import { useSay } from '../../orders/web/say.ts'
import type { Import } from '../contract.ts'
import { importApi } from './importApi.ts'
import { text } from './text.ts'

type Act = 'preview' | 'run' | 'cancel'

/** Tries, runs or stops an import. What the server answers is what the page then shows. */
export function useAct({ id }: Pick<Import, 'id'>) {
  const say = useSay(text)
  const toast = useToast()
  const queries = useQueryClient()
  const [, setSearch] = useSearch()
  const key = importApi.get.query({ params: { id } }).queryKey
  const { mutate: act, isPending: busy } = useMutation({
    mutationFn: (what: Act) => importApi[what]({ params: { id } }),
    onSuccess: (one, what) => {
      queries.setQueryData(key, one)
      setSearch({ step: undefined })
      if (what === 'cancel') toast.ok(say('stopped'))
    },
    onError: (error) => {
      const problem = problemOf(error)
      toast.error(problem?.status === 0 ? say('offline') : problem?.detail || error.message)
      void queries.invalidateQueries({ queryKey: key })
    },
    onSettled: () => queries.invalidateQueries({ queryKey: importApi.list.key }),
  })
  return { act, busy }
}
