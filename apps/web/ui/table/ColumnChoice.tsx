import Popover from 'antd/es/popover'
import { useText } from '../state/locale.ts'
import { remember, remembered } from '../state/store.ts'
import { text } from '../text.ts'

type ChoiceProps = {
  all: readonly { key: string; title: string }[]
  shown: readonly string[]
  onChange: (keys: string[]) => void
}

/** Which columns a list shows; the name always stands. */
export function ColumnChoice({ all, shown, onChange }: ChoiceProps) {
  const say = useText(text)
  const list = (
    <fieldset className="colpick">
      <legend className="vhide">{say('columns')}</legend>
      {all.map(({ key, title }) => (
        <label key={key}>
          <input
            type="checkbox"
            checked={shown.includes(key)}
            onChange={({ target }) =>
              onChange(target.checked ? [...shown, key] : shown.filter((one) => one !== key))
            }
          />
          {title}
        </label>
      ))}
    </fieldset>
  )
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      arrow={false}
      classNames={{ root: 'choice' }}
      content={list}
    >
      <button type="button" className="btn s hm">
        {say('columns')} ▾
      </button>
    </Popover>
  )
}

/** What a person chose before, on this device. */
export const columnsKept = (name: string, first: readonly string[]): string[] =>
  remembered(`guanxi.columns.${name}`)?.split(',') ?? [...first]
export const keepColumns = (name: string, keys: readonly string[]): void =>
  remember(`guanxi.columns.${name}`, keys.join(','))
