import { useMutation, useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Input from 'antd/es/input'
import Modal from 'antd/es/modal'
import { useState } from 'react'
import { Progress, problemOf, useCompany, useLocale, useText, useZone } from '../../../apps/web/ui/index.ts'
import { formatTime } from '../../../kernel/text.ts'
import type { Backup } from '../contract.ts'
import { backupApi, type Watched, watchRestore } from './backupApi.ts'
import { text } from './text.ts'

const ASK_MS = 700

export default function RestoreDialog({ row, onClose }: { row: Backup; onClose: () => void }) {
  const say = useText(text)
  const company = useCompany().name
  const [typed, setTyped] = useState('')
  const start = useMutation({
    mutationFn: () => backupApi.restore({ params: { id: row.id }, body: { company_name: typed } }),
  })
  if (start.isSuccess) return <Restoring onClose={onClose} />
  const problem = problemOf(start.error)
  const fits = typed.trim() === company.trim()
  return (
    <Modal
      open
      title={say('restore_title')}
      onCancel={onClose}
      mask={{ closable: false }}
      width={520}
      footer={[
        <Button key="no" onClick={onClose}>
          {say('cancel')}
        </Button>,
        <Button
          key="yes"
          type="primary"
          danger
          disabled={!fits}
          loading={start.isPending}
          onClick={() => start.mutate()}
        >
          {say('restore_do')}
        </Button>,
      ]}
    >
      <div className="bkask">
        {start.error && (
          <div className="said" role="alert">
            {problem?.detail || problem?.title || String(start.error)}
          </div>
        )}
        <What row={row} />
        <ul>
          <li>{say('restore_1')}</li>
          <li>{say('restore_2')}</li>
          <li>{say('restore_3')}</li>
          {row.own_key === false && <li>{say('restore_other')}</li>}
        </ul>
        <label htmlFor="bk-name">{say('restore_type', { company })}</label>
        <Input
          id="bk-name"
          autoFocus
          value={typed}
          maxLength={500}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
    </Modal>
  )
}

function What({ row }: { row: Backup }) {
  const say = useText(text)
  const locale = useLocale()
  const zone = useZone()
  const when = formatTime(row.taken_at ?? row.created_at, locale, zone, {
    dateStyle: 'long',
    timeStyle: 'short',
  })
  return <p className="b">{say('restore_what', { company: row.company, when, rows: row.rows })}</p>
}

/** Stays until it is over, whatever the rest of the page would make of a server that answers nothing else. */
function Restoring({ onClose }: { onClose: () => void }) {
  const say = useText(text)
  const { data } = useQuery<Watched>({
    queryKey: ['backups.watch'],
    queryFn: watchRestore,
    staleTime: 0,
    gcTime: 0,
    refetchInterval: ({ state }) => (state.data && state.data.state !== 'running' ? false : ASK_MS),
  })
  const over = data && data.state !== 'running'
  const title = !over ? 'restoring' : data.state === 'done' ? 'restored' : 'restore_failed'
  const phase = data?.state === 'running' ? data.phase : 'resting'
  return (
    <Modal
      open
      title={say(title)}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      width={520}
      footer={
        over
          ? [
              data.state === 'done' ? (
                // A fresh page: nothing of the house as it was stays in memory.
                <Button key="in" type="primary" onClick={() => location.assign('/')}>
                  {say('sign_in')}
                </Button>
              ) : (
                <Button key="close" onClick={onClose}>
                  {say('close')}
                </Button>
              ),
            ]
          : null
      }
    >
      <div className="bkask" role="status">
        {data?.state === 'done' && <p>{say('restored_text')}</p>}
        {data?.state === 'failed' && <p>{data.why}</p>}
        {!over && (
          <>
            <p>{say(phases[phase] ?? 'phase_resting')}</p>
            <Progress
              done={data?.state === 'running' ? data.percent : 0}
              total={100}
              label={say('restoring')}
            />
            <p className="mut s12">{say('restoring_text')}</p>
          </>
        )}
      </div>
    </Modal>
  )
}

const phases: Record<
  string,
  'phase_resting' | 'phase_rows' | 'phase_indexes' | 'phase_comparing' | 'phase_finishing'
> = {
  resting: 'phase_resting',
  rows: 'phase_rows',
  indexes: 'phase_indexes',
  comparing: 'phase_comparing',
  finishing: 'phase_finishing',
}
