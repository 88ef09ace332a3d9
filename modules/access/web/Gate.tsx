import type { ReactNode } from 'react'
import { problemOf, useLocale, useText } from '../../../apps/web/ui/index.ts'
import { saveLocale, statusOf } from './session.ts'
import { text } from './text.ts'

/** The calm page outside the shell: language at the top, one box in the middle. */
export function Gate(props: { title: string; lead: string; wide?: boolean; children?: ReactNode }) {
  const say = useText(text)
  const locale = useLocale()
  return (
    <div className="gate">
      <header className="gtop">
        {/* biome-ignore lint/a11y/useSemanticElements: two buttons in a row, not a form's fieldset */}
        <span className="lang" role="group" aria-label={say('language')}>
          {(['zh-CN', 'en'] as const).map((one) => (
            <button
              key={one}
              type="button"
              lang={one}
              aria-pressed={locale === one}
              className={locale === one ? 'on' : ''}
              onClick={() => saveLocale(one)}
            >
              {one === 'en' ? 'EN' : '中'}
            </button>
          ))}
        </span>
      </header>
      <main className={props.wide ? 'gbox wide' : 'gbox'}>
        <div className="seal1" aria-hidden="true">
          关
        </div>
        <h1>{props.title}</h1>
        <p className="lead">{props.lead}</p>
        {props.children}
      </main>
      <div />
    </div>
  )
}

/** What the server said, in place, above the fields it is about. */
export function Said({ error }: { error: unknown }) {
  const say = useText(text)
  if (!error) return null
  const problem = problemOf(error)
  const words = statusOf(error) === 0 ? say('offline') : problem?.detail || problem?.title || say('failed')
  return (
    <div className="said" role="alert">
      {words}
    </div>
  )
}

const fields = { password: 'password', zone: 'time_zone', currency: 'base_currency' } as const

/** A refusal about one field belongs under that field: which, and its words. */
export function fieldOf(
  error: unknown,
): { name: (typeof fields)[keyof typeof fields]; errors: string[] } | undefined {
  const problem = problemOf(error)
  const about = /^access\.(password|zone|currency)_/.exec(problem?.code ?? '')?.[1] as
    | keyof typeof fields
    | undefined
  return problem && about ? { name: fields[about], errors: [problem.detail || problem.title] } : undefined
}

/** The token stands after `#`: it never reaches a server's log. */
export const tokenOf = (hash: string): string =>
  new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? ''
