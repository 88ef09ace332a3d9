import ConfigProvider from 'antd/es/config-provider'
import english from 'antd/es/locale/en_US'
import { type ComponentProps, type ReactNode, useEffect, useState } from 'react'
import { KEY } from '../theme/antd.ts'
import { useLocale } from '../ui/index.ts'

type AntLocale = ComponentProps<typeof ConfigProvider>['locale']
// The styles are in the static file; here only the class that carries their variables.
const theme = { cssVar: { key: KEY }, hashed: false, zeroRuntime: true }

/**
 * Ant Design's own words (OK, Cancel, form messages) in the reader's language. There is always a locale: without one
 * ConfigProvider leaves a layer out, and everything below would be made anew when the Chinese words arrive.
 */
export function Themed({ children }: { children: ReactNode }) {
  const locale = useLocale()
  const [chinese, setChinese] = useState<AntLocale>()
  useEffect(() => {
    if (locale === 'zh-CN' && !chinese)
      void import('antd/es/locale/zh_CN').then((found) => setChinese(found.default))
  }, [locale, chinese])
  return (
    <ConfigProvider
      theme={theme}
      locale={(locale === 'zh-CN' && chinese) || english}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      {children}
    </ConfigProvider>
  )
}
