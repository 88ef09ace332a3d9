import { useCan, useGo, useLocale } from '../../../apps/web/ui/index.ts'
import { setTheme } from '../../../apps/web/ui/state/theme.ts'
import { saveLocale, signOut } from '../../access/web/session.ts'
import { type Place, pagePlaces } from './places.ts'
import { text } from './text.ts'

/** Where one may go and what one may do from anywhere. */
export function usePlaces(press: (keys: string) => void) {
  const can = useCan()
  const go = useGo()
  const locale = useLocale()
  const creates: Place[] = can('parties:write')
    ? [
        {
          key: 'new_party',
          label: text.a_new_party,
          icon: 'plus',
          keys: 'n',
          run: () => {
            go('/customers')
            press('n')
          },
        },
      ]
    : []
  const actions: Place[] = [
    ...creates,
    { key: 'keys', label: text.a_keys, icon: 'help', keys: '?', run: () => press('?') },
    locale === 'en'
      ? { key: 'zh', label: text.a_chinese, icon: 'settings', run: () => saveLocale('zh-CN') }
      : { key: 'en', label: text.a_english, icon: 'settings', run: () => saveLocale('en') },
    { key: 'light', label: text.a_light, icon: 'theme', run: () => setTheme('light') },
    { key: 'dark', label: text.a_dark, icon: 'theme', run: () => setTheme('dark') },
    { key: 'system', label: text.a_system, icon: 'theme', run: () => setTheme('system') },
    { key: 'sign_out', label: text.a_sign_out, icon: 'left', run: () => void signOut(false) },
  ]
  return { pages: pagePlaces(can), actions, locale }
}
