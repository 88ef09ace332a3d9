import Popover from 'antd/es/popover'
import { useState } from 'react'
import { saveLocale, signOut } from '../../../modules/access/web/session.ts'
import { text } from '../text.ts'
import { Avatar, useGo, useLocale, useMe, useText } from '../ui/index.ts'
import { setTheme, type Theme, useTheme } from '../ui/state/theme.ts'

export function UserMenu({ onHelp }: { onHelp: () => void }) {
  const say = useText(text)
  const me = useMe()
  const go = useGo()
  const [open, setOpen] = useState(false)
  const then = (run: () => void) => () => {
    setOpen(false)
    run()
  }
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      arrow={false}
      destroyOnHidden
      classNames={{ root: 'choice' }}
      content={
        <div className="umenu">
          <div className="who">
            <div className="b cut">{me.name}</div>
            <div className="mut s12 cut">{me.email}</div>
          </div>
          <OnPhone />
          <button type="button" className="opt hm" onClick={then(onHelp)}>
            {say('all_keys')}
          </button>
          <button type="button" className="opt" onClick={then(() => go('/account'))}>
            {say('my_account')}
          </button>
          <button type="button" className="opt" onClick={then(() => signOut(false))}>
            {say('sign_out')}
          </button>
          <button type="button" className="opt" onClick={then(() => signOut(true))}>
            {say('sign_out_everywhere')}
          </button>
        </div>
      }
    >
      <button
        type="button"
        className="me"
        aria-label={say('account')}
        aria-haspopup="dialog"
        aria-expanded={open}
      >
        <Avatar name={me.name} />
        <span className="hm">
          {me.name}
          {me.unit_name && <span className="mut s12 unit">{me.unit_name}</span>}
        </span>
      </button>
    </Popover>
  )
}

/** What the bar has no room for on a phone. */
function OnPhone() {
  const say = useText(text)
  const locale = useLocale()
  const theme = useTheme()
  return (
    <div className="onphone">
      <div className="seg">
        {(['zh-CN', 'en'] as const).map((one) => (
          <button
            key={one}
            type="button"
            lang={one}
            className={one === locale ? 'on' : ''}
            onClick={() => saveLocale(one)}
          >
            {one === 'en' ? 'English' : '中文'}
          </button>
        ))}
      </div>
      <div className="seg">
        {(['system', 'light', 'dark'] as const satisfies readonly Theme[]).map((one) => (
          <button key={one} type="button" className={one === theme ? 'on' : ''} onClick={() => setTheme(one)}>
            {say(`theme_${one}`)}
          </button>
        ))}
      </div>
    </div>
  )
}
