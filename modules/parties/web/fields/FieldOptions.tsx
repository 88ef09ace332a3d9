import Input from 'antd/es/input'
import { Icon, useText } from '../../../../apps/web/ui/index.ts'
import type { FieldOption } from '../../contract.fields.ts'
import { newOption } from './draft.ts'
import { fieldsText } from './text.ts'

type OptionsProps = { options: readonly FieldOption[]; onChange: (options: FieldOption[]) => void }

/** Renamed without touching what is stored: that is the key, which one does not see. */
export function FieldOptions({ options, onChange }: OptionsProps) {
  const say = useText(fieldsText)
  const put = (at: number, part: Partial<FieldOption>) =>
    onChange(options.map((one, i) => (i === at ? { ...one, ...part } : one)))
  const up = (at: number) => {
    const next = [...options]
    const [one] = next.splice(at, 1)
    next.splice(at - 1, 0, one!)
    onChange(next)
  }
  return (
    <div>
      <span className="lb">{say('options')}</span>
      <ol className="fopts">
        {options.map((option, i) => (
          <li key={option.key} className={option.archived ? 'gone' : ''}>
            <Input
              value={option.label_zh}
              maxLength={60}
              placeholder={say('option_zh')}
              aria-label={`${say('option_zh')} ${i + 1}`}
              onChange={(event) => put(i, { label_zh: event.target.value })}
            />
            <Input
              value={option.label_en}
              maxLength={60}
              placeholder={say('option_en')}
              aria-label={`${say('option_en')} ${i + 1}`}
              onChange={(event) => put(i, { label_en: event.target.value })}
            />
            <button type="button" className="lnk s12" disabled={i === 0} onClick={() => up(i)}>
              {say('option_up')}
            </button>
            <span className="fact">
              <button
                type="button"
                className="lnk s12"
                onClick={() => put(i, { archived: !option.archived })}
              >
                {say(option.archived ? 'option_restore' : 'option_archive')}
              </button>
              <button
                type="button"
                className="ib"
                aria-label={`${say('option_remove')} ${i + 1}`}
                title={say('option_remove')}
                onClick={() => onChange(options.filter((_, at) => at !== i))}
              >
                <Icon name="close" />
              </button>
            </span>
          </li>
        ))}
      </ol>
      <button type="button" className="lnk s13" onClick={() => onChange([...options, newOption(options)])}>
        {say('option_add')}
      </button>
    </div>
  )
}
