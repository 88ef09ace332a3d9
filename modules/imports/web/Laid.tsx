import { useSay } from '../../orders/web/say.ts'
import { encodings, type Import } from '../contract.ts'
import { useDelimiterName } from './format.ts'
import { Picked } from './MatchControls.tsx'
import { text } from './text.ts'
import type { Save } from './useSave.ts'

const AUTO = ''
const delimiters = [',', ';', '\t', '|', '，', '；', '^'] as const

/** How the bytes become a table: as was found out, or as somebody says. The columns are read anew at once. */
export function Laid({ one, save }: { one: Import; save: Save }) {
  const say = useSay(text)
  const named = useDelimiterName()
  const { detected, layout } = one
  if (!detected) return null
  const set = (layout: Partial<Import['layout']>) => save({ layout })
  const auto = (found: string) => ({ value: AUTO, label: say('by_itself', { found }) })
  const found = encodings.find((encoding) => encoding === detected.encoding)
  const joined = detected.headers.find((header) => header.includes(' ')) ?? detected.headers[0] ?? ''
  return (
    <>
      {detected.format === 'xlsx' ? (
        <Sheets one={one} save={save} />
      ) : (
        <>
          <Picked
            label={say('encoding')}
            value={layout.encoding ?? AUTO}
            options={[
              ...(layout.encoding
                ? [{ value: AUTO, label: say('word_auto') }]
                : [auto(found ? say(found) : detected.encoding)]),
              ...encodings.map((value) => ({ value, label: say(value) })),
            ]}
            onPick={(value) => set({ encoding: encodings.find((encoding) => encoding === value) ?? null })}
          />
          <Picked
            label={say('delimiter')}
            value={layout.delimiter ?? AUTO}
            options={[
              ...(layout.delimiter
                ? [{ value: AUTO, label: say('word_auto') }]
                : [auto(named(detected.delimiter))]),
              ...delimiters.map((value) => ({ value, label: named(value) })),
            ]}
            onPick={(value) => set({ delimiter: value === AUTO ? null : value })}
          />
        </>
      )}
      <Picked
        label={say('header')}
        value={String(detected.has_header ? detected.header_rows : 0)}
        options={[
          { value: '1', label: say('header_1') },
          { value: '2', label: say('header_2') },
          { value: '0', label: say('header_0') },
        ]}
        onPick={(value) => set({ has_header: value !== '0', header_rows: Number(value) || null })}
      />
      {detected.header_rows === 2 && <p className="hint">{say('header_joined', { name: joined })}</p>}
      {detected.preamble > 0 && <p className="hint">{say('skipped_above', { n: detected.preamble })}</p>}
      {one.read_options.date_system === '1904' && <p className="hint">{say('system_1904')}</p>}
    </>
  )
}

function Sheets({ one: { detected, layout }, save }: { one: Import; save: Save }) {
  const say = useSay(text)
  const options = (detected?.sheets ?? []).map(({ name, hidden }) => ({
    value: name,
    label: hidden ? say('hidden_sheet', { name }) : name,
  }))
  return (
    <Picked
      label={say('sheet')}
      value={layout.sheet ?? detected?.sheet ?? ''}
      options={options}
      onPick={(sheet) => save({ layout: { sheet } })}
    />
  )
}
