import { useMutation, useQueryClient } from '@tanstack/react-query'
import { problemOf, useToast } from '../../../apps/web/ui/index.ts'
import type { Input } from '../../../kernel/route.ts'
import { useSay } from '../../orders/web/say.ts'
import type { Import, imports } from '../contract.ts'
import { importApi } from './importApi.ts'
import { text } from './text.ts'

export type Patch = Input<typeof imports.update>['body']
export type Save = (patch: Patch) => void

/** Each change is kept at once, one after another: a reload finds the page as it was left. */
export function useSave({ id }: Import): { save: Save; saving: boolean } {
  const say = useSay(text)
  const toast = useToast()
  const queries = useQueryClient()
  const key = importApi.get.query({ params: { id } }).queryKey
  const lane = ['imports', 'save', id]
  const { mutate, isPending } = useMutation({
    mutationKey: lane,
    scope: { id: lane.join(' ') },
    mutationFn: (body: Patch) => importApi.update({ params: { id }, body }),
    onMutate: (patch) => {
      queries.setQueryData<Import>(key, (before) => before && shown(before, patch))
    },
    onSuccess: (saved) => {
      // Later changes are on their way: their place on the page is not to jump back.
      if (queries.isMutating({ mutationKey: lane }) <= 1) queries.setQueryData(key, saved)
    },
    onError: (error) => {
      const problem = problemOf(error)
      const why = problem?.status === 0 ? say('offline') : problem?.detail || error.message
      toast.error(say('not_saved', { why }))
      void queries.invalidateQueries({ queryKey: key })
    },
  })
  return { save: mutate, saving: isPending }
}

const shown = (before: Import, { layout, read_options, run_options, ...rest }: Patch): Import => ({
  ...before,
  ...rest,
  layout: { ...before.layout, ...layout },
  read_options: { ...before.read_options, ...read_options },
  run_options: { ...before.run_options, ...run_options },
})
