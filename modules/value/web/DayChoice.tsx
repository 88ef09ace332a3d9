import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Modal from 'antd/es/modal'
import { useState } from 'react'
import { Choice, problemOf, type Search, useCan, useText } from '../../../apps/web/ui/index.ts'
import { useRun } from '../../jobs/web/run.ts'
import type { Snapshot } from '../contract.model.ts'
import type { Overview } from '../contract.shapes.ts'
import { useFormats } from './format.ts'
import { text } from './text.ts'
import { valueApi } from './valueApi.ts'

type DayProps = { search: Search; setSearch: (patch: Search) => void; data: Overview | undefined }
const ANOTHER = 'another'

/** As of which day, and against which: every figure there was can be seen again. */
export function DayChoice({ search, setSearch, data }: DayProps) {
  const say = useText(text)
  const as = useFormats()
  const can = useCan()
  const [asking, setAsking] = useState(false)
  const state = useQuery(valueApi.state.query())
  const days = (state.data?.snapshots ?? []).toSorted((a, b) => b.as_of.localeCompare(a.as_of))
  const option = (one: Snapshot & { currency: string }) => ({
    value: one.as_of,
    label: one.as_of,
    note: one.current
      ? say('latest')
      : one.backfilled
        ? say('backfilled')
        : as.brief(one.equity_minor, one.currency),
  })
  const seen = [...new Map(days.map((one) => [one.as_of, one])).values()].map((one) =>
    option({ ...one, currency: data?.currency ?? '' }),
  )
  const as_of = data?.as_of ?? search.as_of ?? ''
  const compare = data?.bridge?.from ?? search.compare
  const earlier = seen.filter(({ value }) => value < as_of)
  return (
    <>
      <span className="cond">
        <span>{say('as_of')}</span>
        <Choice
          label={say('as_of')}
          value={as_of}
          options={can('value:write') ? [...seen, { value: ANOTHER, label: say('another_day') }] : seen}
          onPick={(day) =>
            day === ANOTHER
              ? setAsking(true)
              : setSearch({
                  as_of: day === state.data?.as_of ? undefined : day,
                  compare: undefined,
                })
          }
        >
          <button type="button" className="q">
            {as_of || '—'}
          </button>
        </Choice>
      </span>
      {earlier.length > 0 && (
        <span className="cond">
          <span>{say('compare')}</span>
          <Choice
            label={say('compare')}
            value={compare}
            options={earlier}
            onPick={(day) => setSearch({ compare: day })}
          >
            <button type="button" className="q">
              {compare ?? '—'}
            </button>
          </Choice>
        </span>
      )}
      {asking && (
        <AnotherDay
          last={state.data?.as_of ?? ''}
          onClose={() => setAsking(false)}
          onDone={(day) => setSearch({ as_of: day, compare: undefined })}
        />
      )}
    </>
  )
}

type AnotherProps = { last: string; onClose: () => void; onDone: (day: string) => void }
function AnotherDay({ last, onClose, onDone }: AnotherProps) {
  const say = useText(text)
  const queries = useQueryClient()
  const [day, setDay] = useState('')
  const run = useMutation({ mutationFn: () => valueApi.run({ body: { kind: 'score', as_of: day } }) })
  useRun(run.data?.run_id ?? null, () => {
    void queries.invalidateQueries({ queryKey: ['value'] })
    onDone(day)
    onClose()
  })
  const problem = run.error && (problemOf(run.error)?.detail || run.error.message)
  return (
    <Modal
      open
      title={say('another_title')}
      onCancel={onClose}
      width={420}
      footer={[
        <Button key="no" onClick={onClose}>
          {say('cancel')}
        </Button>,
        <Button
          key="yes"
          type="primary"
          disabled={!day}
          loading={run.isPending || run.isSuccess}
          onClick={() => run.mutate()}
        >
          {say(run.isSuccess ? 'computing' : 'compute_day')}
        </Button>,
      ]}
    >
      <p className="s13 sec vline">{say('another_text')}</p>
      <input
        className="inlf"
        type="date"
        value={day}
        max={last}
        aria-label={say('another_title')}
        onChange={(event) => setDay(event.target.value)}
      />
      {problem && (
        <p className="seal s12" role="alert">
          {problem}
        </p>
      )}
    </Modal>
  )
}
