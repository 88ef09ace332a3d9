import { type PlainColumn, PlainTable, Tag } from '../../../../apps/web/ui/index.ts'
import { useSay } from '../../../orders/web/say.ts'
import type { Candidate, ModelPage } from '../../contract.model.ts'
import { Card } from '../chart/Card.tsx'
import type { Sheet } from '../chart/sheet.ts'
import { useFormats } from '../format.ts'
import { text } from '../model.text.ts'
import { modelName } from '../modelName.ts'
import { useModelWords } from '../modelWords.ts'
import { Scroll } from '../Scroll.tsx'

/** All who ran, on the same part of the data; none saw it. */
export function Candidates({ data }: { data: ModelPage }) {
  const say = useSay(text)
  const { candidates, calibration } = data
  const sheet: Sheet = {
    currency: '',
    columns: [
      { title: say('model'), kind: 'text' },
      { title: say('mae'), kind: 'number' },
      { title: say('rmse'), kind: 'number' },
      { title: say('bias'), kind: 'share' },
      { title: say('rank'), kind: 'number' },
      { title: say('predicted'), kind: 'number' },
      { title: say('actual'), kind: 'number' },
      { title: say('ll'), kind: 'number' },
    ],
    rows: candidates.map(({ model, holdout, log_likelihood }) => ({
      key: model,
      cells: [
        modelName(model),
        holdout?.mae ?? null,
        holdout?.rmse ?? null,
        holdout?.bias ?? null,
        holdout?.rank_correlation ?? null,
        holdout?.predicted ?? null,
        holdout?.actual ?? null,
        log_likelihood,
      ],
    })),
  }
  return (
    <Card
      name="candidates"
      title={say('candidates')}
      sub={
        calibration
          ? say('candidates_sub', {
              from: calibration.from,
              to: calibration.to,
              until: calibration.holdout_to,
            })
          : ''
      }
      define={say('candidates_define')}
      span={12}
      as_of={data.as_of}
      sheet={sheet}
      {...(candidates.length === 0 ? { none: say('verdict_few') } : {})}
    >
      <Ran candidates={candidates} />
    </Card>
  )
}

function Ran({ candidates }: { candidates: readonly Candidate[] }) {
  const say = useSay(text)
  const as = useFormats()
  const told = useModelWords()
  const number = (key: string, title: string, pick: (one: Candidate) => string): PlainColumn<Candidate> => ({
    key,
    title,
    width: 108,
    align: 'end',
    cell: (one) => (one.holdout ? pick(one) : <span className="mut">—</span>),
  })
  const columns: PlainColumn<Candidate>[] = [
    {
      key: 'model',
      title: say('model'),
      width: 170,
      cell: (one) => (
        <span className="row">
          <span className={one.chosen ? 'b' : ''}>{modelName(one.model)}</span>
          {one.chosen && <Tag tone="brand">{say('chosen')}</Tag>}
        </span>
      ),
    },
    number('mae', say('mae'), (one) => as.number(one.holdout!.mae, 4)),
    number('bias', say('bias'), (one) => as.signedShare(one.holdout!.bias)),
    number('rank', say('rank'), (one) => as.number(one.holdout!.rank_correlation, 3)),
    number('rmse', say('rmse'), (one) => as.number(one.holdout!.rmse, 3)),
    number('ll', say('ll'), (one) => as.number(one.log_likelihood, 2)),
    number('seconds', say('seconds'), (one) => as.number(one.seconds, 2)),
    {
      key: 'note',
      title: say('notes'),
      cell: (one) => {
        const notes = one.failed
          ? [say('failed')]
          : [...new Set(one.warnings.map(({ code }) => code))].map(told)
        return notes.length > 0 ? (
          <span className="mut" title={[...notes, one.failed ?? ''].join(' ')}>
            {notes.join(' ')}
          </span>
        ) : (
          <span className="mut">—</span>
        )
      },
    },
  ]
  return (
    <Scroll className="vlist wide" label={say('candidates')}>
      <PlainTable label={say('candidates')} columns={columns} rows={candidates} keyOf={(one) => one.model} />
    </Scroll>
  )
}
