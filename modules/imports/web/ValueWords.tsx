import Button from 'antd/es/button'
import { useState } from 'react'
import { Choice, Icon, useCan } from '../../../apps/web/ui/index.ts'
import { useSay } from '../../orders/web/say.ts'
import type { Import } from '../contract.ts'
import { valueKey } from '../rules.words.ts'
import type { Target } from '../targets.ts'
import { useWords } from './choices.ts'
import { text } from './text.ts'
import type { Save } from './useSave.ts'

type ValueProps = { one: Import; save: Save; column: number; target: Target; header: string }
const AUTO = '\0auto'
const EMPTY = '\0empty'

/** Words of a column that is a choice: how each is read, and what it shall be read as. */
export function ValueWords({ one, save, column, target, header }: ValueProps) {
  const say = useSay(text)
  const maps = one.read_options.value_maps
  const map = maps[target] ?? {}
  const seen = one.detected?.choices.find((choice) => choice.column === column)?.values ?? []
  const known = new Set(seen.map(({ value }) => valueKey(value)))
  const added = Object.keys(map).filter((word) => !known.has(valueKey(word)))
  const pick = (word: string, ours: string | undefined) => {
    const others = Object.entries(map).filter(([one]) => valueKey(one) !== valueKey(word))
    const next = Object.fromEntries(ours === undefined ? others : [...others, [word, ours]])
    save({ read_options: { value_maps: { ...maps, [target]: next } } })
  }
  const rows = [...seen, ...added.map((value) => ({ value, count: 0 }))]
  return (
    <div className="vwords">
      <table aria-label={say('words_of', { column: header })}>
        <thead>
          <tr>
            <th scope="col">{say('their_word')}</th>
            <th scope="col">{say('our_word')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ value, count }) => (
            <tr key={value}>
              <td>
                {value}
                {count > 0 && <span className="mut s12"> {say('word_n', { n: count })}</span>}
              </td>
              <td>
                <OurWord
                  target={target}
                  word={value}
                  ours={ownWord(map, value)}
                  onPick={(ours) => pick(value, ours)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <AddWord onAdd={(word) => pick(word, '')} />
    </div>
  )
}

const ownWord = (map: Record<string, string>, word: string): string | undefined =>
  Object.entries(map).find(([one]) => valueKey(one) === valueKey(word))?.[1]

type OurWordProps = {
  target: Target
  word: string
  ours: string | undefined
  onPick: (ours: string | undefined) => void
}
function OurWord({ target, word, ours, onPick }: OurWordProps) {
  const say = useSay(text)
  const can = useCan()
  const { options, reads } = useWords(target)
  const label = (value: string) => options.find((option) => option.value === value)?.label ?? value
  const found = reads(word)
  const auto = found === undefined ? say('word_unknown') : say('word_auto_as', { word: label(found) })
  const shown = ours === undefined ? auto : ours === '' ? say('word_empty') : label(ours)
  return (
    <Choice
      label={word}
      options={[{ value: AUTO, label: auto }, { value: EMPTY, label: say('word_empty') }, ...options]}
      value={ours === undefined ? AUTO : ours === '' ? EMPTY : ours}
      onPick={(value) => onPick(value === AUTO ? undefined : value === EMPTY ? '' : value)}
    >
      <button
        type="button"
        className="pick"
        disabled={!can('imports:write')}
        aria-label={`${word}: ${shown}`}
      >
        <span className={ours === undefined && found === undefined ? 'cut warnc' : 'cut'}>{shown}</span>
        <Icon name="down" />
      </button>
    </Choice>
  )
}

/** The first records do not show every word. */
function AddWord({ onAdd }: { onAdd: (word: string) => void }) {
  const say = useSay(text)
  const can = useCan()
  const [typed, setTyped] = useState('')
  const add = () => {
    if (typed.trim() !== '') onAdd(typed.trim())
    setTyped('')
  }
  if (!can('imports:write')) return null
  return (
    <div className="addword">
      <input
        className="wr"
        value={typed}
        maxLength={200}
        aria-label={say('word_add')}
        placeholder={say('word_add')}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && add()}
      />
      <Button size="small" disabled={typed.trim() === ''} onClick={add}>
        {say('add')}
      </Button>
    </div>
  )
}
