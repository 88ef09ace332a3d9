import { useMutation, useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Modal from 'antd/es/modal'
import { useState } from 'react'
import { problemOf, useJoin, useText } from '../../../../apps/web/ui/index.ts'
import type { BulkAction, BulkPreview } from '../../contract.ts'
import { partyApi } from '../partyApi.ts'
import type { Chosen } from './action.ts'
import { Fields, type Which } from './Fields.tsx'
import { text } from './text.ts'
import { useGoLabel } from './words.ts'

type DialogProps = {
  which: Which
  chosen: Chosen
  onClose: () => void
  onStarted: (id: number, action: BulkAction) => void
}

/** Says what it will do and to how many, before it does it. */
export default function BulkDialog({ which, chosen, onClose, onStarted }: DialogProps) {
  const say = useText(text)
  const goLabel = useGoLabel()
  const [action, setAction] = useState<BulkAction | null>(
    which === 'trash' || which === 'restore' ? { do: which } : null,
  )
  const { selection } = chosen
  const preview = useQuery({
    queryKey: ['parties', 'bulkPreview', selection, action],
    queryFn: ({ signal }) => partyApi.bulkPreview({ body: { selection, action: action! }, signal }),
    enabled: action !== null,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
  const seen = preview.data
  const start = useMutation({
    mutationFn: (action: BulkAction) =>
      partyApi.bulk({
        body: { selection: { ...selection, ...(seen ? { expected_count: seen.selected } : {}) }, action },
      }),
    onSuccess: ({ id }, action) => onStarted(id, action),
    onError: (error) => {
      if (problemOf(error)?.code === 'parties.bulk_moved') void preview.refetch()
    },
  })
  const problem = problemOf(start.error) ?? problemOf(preview.error)
  const moved = problem?.code === 'parties.bulk_moved'
  const n = seen?.changed ?? chosen.n
  const ready = action !== null && seen !== undefined && seen.changed > 0
  return (
    <Modal
      open
      title={say(`title_${which}`)}
      onCancel={onClose}
      width={480}
      destroyOnHidden
      footer={[
        <Button key="no" onClick={onClose}>
          {say('cancel')}
        </Button>,
        <Button
          key="yes"
          type="primary"
          data-testid="bulk-go"
          danger={which === 'trash'}
          // It keeps its place for the Tab key while the numbers are on their way.
          aria-disabled={!ready}
          className={ready ? '' : 'notyet'}
          loading={start.isPending}
          onClick={() => ready && start.mutate(action)}
        >
          {action ? goLabel(action, n) : say(`title_${which}`)}
        </Button>,
      ]}
    >
      <div className="fdlg bulkdlg">
        {problem && (
          <div className="said" role="alert">
            {moved ? say('moved') : say('failed', { why: problem.detail || problem.title })}
          </div>
        )}
        <Fields which={which} several={chosen.n !== 1} onAction={setAction} />
        {action && <Told seen={seen} />}
      </div>
    </Modal>
  )
}

function Told({ seen }: { seen: BulkPreview | undefined }) {
  const say = useText(text)
  const join = useJoin()
  if (!seen)
    return (
      <p className="mut s12" role="status">
        {say('looking')}
      </p>
    )
  const { changed, unchanged, gone, reasons } = seen
  const parts = [
    changed > 0 ? say('will', { n: changed }) : say('nothing'),
    ...(unchanged > 0 ? [say('same', { n: unchanged })] : []),
    ...reasons.map(({ count, message }) => say('not_n', { n: count, why: message })),
    ...(gone > 0 ? [say('gone', { n: gone })] : []),
  ]
  return (
    <p className="s13" role="status">
      {join(parts)}
    </p>
  )
}
