import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { problemOf, useText, useToast } from '../../../apps/web/ui/index.ts'
import { password, sampleApi } from './sampleApi.ts'
import { text } from './text.ts'

/** Begins to load; the page of the sample shows how far it is. True when it has begun. */
export function useLoad() {
  const say = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const load = async (beside_real: boolean): Promise<boolean> => {
    setBusy(true)
    try {
      const begun = await sampleApi.load({ body: beside_real ? { beside_real } : {} })
      password.set(begun.password)
      queries.setQueryData(sampleApi.get.query().queryKey, begun)
      return true
    } catch (error) {
      toast.error(problemOf(error)?.detail || problemOf(error)?.title || say('failed'))
      return false
    } finally {
      setBusy(false)
    }
  }
  return { load, busy }
}
