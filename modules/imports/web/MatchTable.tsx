import { useState } from 'react'
import type { Static } from 'typebox'
import { Choice, Icon, useCan, useLocale } from '../../../apps/web/ui/index.ts'
import { formatNumber } from '../../../kernel/text.ts'
import { useSay } from '../../orders/web/say.ts'
import type { Guess, Import } from '../contract.ts'
import type { Target } from '../targets.ts'
import { isChoice } from './choices.ts'
import { text } from './text.ts'
import type { Save } from './useSave.ts'
import { useTargets } from './useTargets.ts'
import { ValueWords } from './ValueWords.tsx'

type TableProps = { one: Import; save: Save }
const SAMPLES = 3
const LEAVE = '-'
/** Kinds of custom fields whose words are a choice of ours. */
const CHOICES = new Set(['choice', 'multi_choice', 'yes_no'])

export function MatchTable({ one, save }: TableProps) {
  const say = useSay(text)
  const headers = one.detected?.headers ?? []
  const pick = (column: number, target: Target | null) => {
    // A target has one column: the one that had it is left out.
    const columns = headers.map((_, i) => {
      const before = one.columns[i] ?? null
      return i === column ? target : before === target ? null : before
    })
    save({ columns })
  }
  return (
    <div className="ptw">
      <table className="t mt" aria-label={say('step_match')}>
        <colgroup>
          <col className="c1" />
          <col />
          <col className="c3" />
          <col className="c4" />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{say('column')}</th>
            <th scope="col">{say('sample')}</th>
            <th scope="col">{say('means')}</th>
            <th scope="col" className="num">
              {say('confidence')}
            </th>
          </tr>
        </thead>
        <tbody>
          {headers.map((header, i) => (
            <Line
              // biome-ignore lint/suspicious/noArrayIndexKey: columns have a place and may share a header
              key={i}
              one={one}
              column={i}
              header={header}
              save={save}
              onPick={(target) => pick(i, target)}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

type LineProps = {
  one: Import
  column: number
  header: string
  save: Save
  onPick: (target: Target | null) => void
}
function Line({ one, column, header, save, onPick }: LineProps) {
  const [words, setWords] = useState(false)
  const say = useSay(text)
  const can = useCan()
  const targets = useTargets()
  const target = one.columns[column] ?? null
  const guess = one.detected?.guesses.find((g) => g.column === column)
  const samples = (one.detected?.sample ?? [])
    .map((row) => row[column] ?? '')
    .filter((cell) => cell.trim() !== '')
  const shown = [...new Set(samples)].slice(0, SAMPLES)
  const named = target ? targets.label(target) : say('leave_out')
  const options = [{ value: LEAVE, label: say('leave_out') }, ...targets.options(one.kind)]
  const hasWords = isChoice(target) || CHOICES.has(targets.field(target)?.kind ?? '')
  const values = one.detected?.choices.find((choice) => choice.column === column)?.values.length ?? 0
  return (
    <>
      <tr className={target ? '' : 'out'}>
        <td title={header}>{header || <span className="mut">#{column + 1}</span>}</td>
        <td className="sec" title={shown.join('\n')}>
          {shown.length > 0 ? shown.join(' · ') : <span className="mut">—</span>}
        </td>
        <td>
          <Choice
            label={`${say('means')}: ${header}`}
            options={options}
            value={target ?? LEAVE}
            onPick={(value) => onPick(value === LEAVE ? null : (value as Target))}
          >
            <button
              type="button"
              className="pick"
              disabled={!can('imports:write')}
              aria-label={`${header}: ${named}`}
              data-column={column}
            >
              <span className="cut">{named}</span>
              <Icon name="down" />
            </button>
          </Choice>
        </td>
        <td className="num">
          {target && hasWords && values > 0 ? (
            <button type="button" className="lnk s12" aria-expanded={words} onClick={() => setWords(!words)}>
              {say('words_n', { n: values })}
            </button>
          ) : (
            <Sure target={target} guess={guess} />
          )}
        </td>
      </tr>
      {words && target && hasWords && (
        <tr className="vrow">
          <td colSpan={4}>
            <ValueWords one={one} save={save} column={column} target={target} header={header} />
          </td>
        </tr>
      )}
    </>
  )
}

function Sure({ target, guess }: { target: Target | null; guess: Static<typeof Guess> | undefined }) {
  const say = useSay(text)
  const locale = useLocale()
  if (!target) return <span className="mut">—</span>
  if (guess?.why === 'remembered' && guess.target === target)
    return (
      <span className="mut s12" title={say('why_remembered')}>
        {say('as_last_time')}
      </span>
    )
  if (guess?.target !== target) return <span className="mut s12">{say('by_hand')}</span>
  return (
    <span className="sure" title={say(`why_${guess.why}`)}>
      <span className="bar">
        <b className={guess.confidence < 0.7 ? 'low' : ''} style={{ width: `${guess.confidence * 100}%` }} />
      </span>
      {formatNumber(guess.confidence, locale, { style: 'percent' })}
    </span>
  )
}
