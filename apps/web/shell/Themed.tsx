import ConfigProvider from 'antd/es/config-provider'
import { type ComponentProps, type ReactNode, useEffect, useState } from 'react'
import { KEY } from '../theme/antd.ts'
import { useLocale } from '../ui/index.ts'

type AntLocale = ComponentProps<typeof ConfigProvider>['locale']
// The styles are in the static file; here only the class that carries their variables.
const theme = { cssVar: { key: KEY }, hashed: false, zeroRuntime: true }

/** Ant Design's own words (OK, Cancel, form messages) in the reader's language; English is built in. */
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
      locale={locale === 'zh-CN' ? chinese : undefined}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      {children}
    </ConfigProvider>
  )
}
