import Modal from 'antd/es/modal'
import { Fragment } from 'react'
import { text } from '../text.ts'
import { Kbd, useText } from '../ui/index.ts'
import { type Key, useActiveKeys } from '../ui/state/keys.ts'

/** Every key that works where one stands: read from what is registered, so it cannot be out of date. */
export default function KeysHelp({ onClose }: { onClose: () => void }) {
  const say = useText(text)
  const keys = useActiveKeys().filter((key) => key.label)
  const groups = Map.groupBy(keys, (key) => key.group ?? say('keys_here'))
  return (
    <Modal open title={say('all_keys')} footer={null} onCancel={onClose} width={520}>
      {[...groups].map(([group, list]) => (
        <section key={group} className="keys">
          <h3>{group}</h3>
          <dl>
            {list.map((key) => (
              <div key={key.keys}>
                <dt>{key.label}</dt>
                <dd>
                  {(key.shown ?? key.keys).split(' ').map((part, i) => (
                    <Fragment key={part}>
                      {i > 0 && isSequence(key) && <span className="mut s12">{say('key_then')}</span>}
                      <Kbd>{names[part] ?? (part.length === 1 ? part.toUpperCase() : part)}</Kbd>
                    </Fragment>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  )
}

const isSequence = ({ keys, shown }: Key): boolean => !shown && !keys.startsWith('Ctrl')
const names: Record<string, string> = { Escape: 'Esc' }
