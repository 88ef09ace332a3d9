import { useText } from '../../../apps/web/ui/index.ts'
import { type BuiltIn, builtIn } from '../rules.ts'
import { text as served } from '../text.ts'

const isBuiltIn = (code: string): code is BuiltIn => (builtIn as readonly string[]).includes(code)

/** In the language of the page, which may have changed since the server was asked; own rules as they were told. */
export function useSays() {
  const word = useText(served)
  return {
    says: ({ code, says, days }: { code: string; says: string; days: number | null }): string =>
      isBuiltIn(code) ? word(`reason.${code}`, { days }) : says,
    ruleName: ({ code, name }: { code: string; name: string }): string =>
      isBuiltIn(code) ? word(`rule.${code}`) : name,
  }
}
