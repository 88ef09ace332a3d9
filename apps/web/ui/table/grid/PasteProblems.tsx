import Button from 'antd/es/button'
import Modal from 'antd/es/modal'
import { useText } from '../../state/locale.ts'
import { text } from '../../text.ts'
import { PlainTable } from '../PlainTable.tsx'
import type { PasteProblem } from './useGrid.ts'

const SHOWN = 100

/** Nothing of a block is written while one of its cells cannot be: which, and why. */
export default function PasteProblems({
  problems,
  onClose,
}: {
  problems: readonly PasteProblem[]
  onClose: () => void
}) {
  const say = useText(text)
  return (
    <Modal
      open
      width={680}
      title={say('cells_refused', { n: problems.length })}
      onCancel={onClose}
      footer={
        <Button type="primary" autoFocus onClick={onClose}>
          {say('close')}
        </Button>
      }
    >
      <p className="s13 mut">{say('cells_none_written')}</p>
      <PlainTable
        compact
        label={say('cells_refused', { n: problems.length })}
        rows={problems.slice(0, SHOWN)}
        keyOf={(_, i) => i}
        columns={[
          { key: 'row', title: say('cell_row'), width: 160, cell: ({ row }) => row },
          { key: 'column', title: say('cell_column'), width: 110, cell: ({ column }) => column },
          { key: 'text', title: say('cell_text'), width: 140, cell: ({ text }) => text || '—' },
          { key: 'why', title: say('cell_why'), cell: ({ why }) => why },
        ]}
      />
    </Modal>
  )
}
