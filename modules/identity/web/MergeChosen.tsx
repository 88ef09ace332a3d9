import { useGo } from '../../../apps/web/ui/index.ts'
import MergeDialog from './MergeDialog.tsx'

type ChosenProps = { ids: readonly number[]; onClose: () => void; onDone: () => void }
/** From the list: those that were ticked, the first of them to stay unless another is chosen. */
export default function MergeChosen({ ids, onClose, onDone }: ChosenProps) {
  const go = useGo()
  return (
    <MergeDialog
      ids={ids}
      onClose={onClose}
      onMerged={(id) => {
        onDone()
        go(`/customers/${id}`)
      }}
    />
  )
}
