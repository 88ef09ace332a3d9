import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Input from 'antd/es/input'
import Modal from 'antd/es/modal'
import Select from 'antd/es/select'
import { useState } from 'react'
import { Count, Fault, problemOf, Tag, type Tone, useText, useToast } from '../../../apps/web/ui/index.ts'
import type { PartyActionProps } from '../../parties/web/part.ts'
import { type Ground, grounds, type Part } from '../contract.ts'
import { text as served } from '../text.ts'
import { erasureApi } from './erasureApi.ts'
import { text } from './text.ts'
import './erase.css'

/** What goes, what stays and why; then the name typed, because nothing brings it back. */
export default function EraseDialog({ party, onClose }: PartyActionProps) {
  const say = useText(text)
  const words = useText(served)
  const toast = useToast()
  const queries = useQueryClient()
  const [typed, setTyped] = useState('')
  const [ground, setGround] = useState<Ground>('request')
  const [reference, setReference] = useState('')
  const params = { id: party.id }
  const preview = useQuery({ ...erasureApi.preview.query({ params }), staleTime: 0, gcTime: 0 })
  const work = useMutation({
    mutationFn: () =>
      erasureApi.erase({
        params,
        body: { confirm: typed, ground, reference },
        if_match: `"${preview.data?.party.version}"`,
      }),
    onSuccess: () => {
      toast.ok(say('erased'))
      void queries.invalidateQueries()
      onClose()
    },
  })
  const name = preview.data?.party.name ?? party.name
  const problem = problemOf(work.error)
  return (
    <Modal
      open
      title={say('title', { name })}
      onCancel={onClose}
      mask={{ closable: false }}
      width={560}
      footer={[
        <Button key="no" onClick={onClose}>
          {say('cancel')}
        </Button>,
        <Button
          key="yes"
          type="primary"
          danger
          disabled={!preview.data || typed.trim() !== name}
          loading={work.isPending}
          onClick={() => work.mutate()}
        >
          {say('erase')}
        </Button>,
      ]}
    >
      {problem && (
        <div className="said" role="alert">
          {problem.detail || problem.title}
        </div>
      )}
      <p>{say('lead')}</p>
      {preview.error ? (
        <Fault error={preview.error} onRetry={preview.refetch} />
      ) : (
        <Parts parts={preview.data?.parts} />
      )}
      <p className="s12 mut">{say('backups')}</p>
      <div className="erform">
        <div>
          <label htmlFor="erase-ground">{say('ground')}</label>
          <Select
            id="erase-ground"
            value={ground}
            onChange={setGround}
            options={grounds.map((value) => ({ value, label: words(`ground.${value}`) }))}
          />
        </div>
        <div>
          <label htmlFor="erase-reference">{say('reference')}</label>
          <Input
            id="erase-reference"
            value={reference}
            maxLength={100}
            placeholder={say('reference_hint')}
            onChange={(event) => setReference(event.target.value)}
          />
        </div>
        <div>
          <label htmlFor="erase-confirm">{say('confirm', { name })}</label>
          <Input
            id="erase-confirm"
            value={typed}
            maxLength={300}
            autoComplete="off"
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
      </div>
    </Modal>
  )
}

const tones: Record<Part['fate'], Tone> = { removed: 'warn', pseudonymised: 'brand', kept: 'ok' }

function Parts({ parts }: { parts: readonly Part[] | undefined }) {
  const say = useText(text)
  if (!parts)
    return (
      <div className="lines" aria-busy="true">
        <b className="bone" />
        <b className="bone w50" />
      </div>
    )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <ul className="erparts" tabIndex={0}>
      {parts.map((part) => (
        <li key={part.what}>
          <Tag tone={tones[part.fate]}>{say(part.fate)}</Tag>
          <span className="l">
            {part.label}
            {part.because && <span className="mut s12 because">{part.because}</span>}
          </span>
          <span className="n">
            <Count value={part.count} />
          </span>
        </li>
      ))}
    </ul>
  )
}
