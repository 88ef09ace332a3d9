import { Panel, PlainTable, useLocale, useText, When } from '../../../apps/web/ui/index.ts'
import { jobWords } from '../../../apps/web/words.ts'
import { formatNumber, phrase } from '../../../kernel/text.ts'
import type { Trouble } from '../contract.ts'
import { text } from './text.ts'

const kinds = { job: 'kind_job', backup: 'kind_backup', check: 'kind_check', fault: 'kind_fault' } as const

export function Troubles({ troubles }: { troubles: readonly Trouble[] }) {
  const say = useText(text)
  const locale = useLocale()
  const nameOf = ({ kind, what }: Trouble): string => {
    const words = kind === 'job' ? jobWords[`job.${what}`] : undefined
    return words ? phrase(words, locale) : what
  }
  return (
    <Panel title={say('troubles')} more={say('troubles_of')}>
      {troubles.length === 0 ? (
        <p className="sybody s13 mut">{say('no_troubles')}</p>
      ) : (
        <PlainTable
          label={say('troubles')}
          rows={troubles}
          keyOf={({ kind, what, at }, i) => `${kind} ${what} ${at} ${i}`}
          columns={[
            { key: 'at', title: say('when'), width: 150, cell: ({ at }) => <When at={at} time /> },
            { key: 'kind', title: say('kind'), width: 96, cell: ({ kind }) => say(kinds[kind]) },
            { key: 'what', title: say('what'), width: 220, cell: nameOf },
            {
              key: 'message',
              title: say('message'),
              cell: ({ message }) => <span className="sytext">{message}</span>,
            },
            {
              key: 'times',
              title: say('times'),
              width: 64,
              align: 'end',
              cell: ({ times }) => formatNumber(times, locale),
            },
          ]}
        />
      )}
    </Panel>
  )
}
