import Button from 'antd/es/button'
import { Component, type ErrorInfo, type ReactNode, useEffect, useState } from 'react'
import { phrase, type Words } from '../../../../kernel/text.ts'
import { problemOf } from '../state/api.ts'
import { useLocale, useText } from '../state/locale.ts'
import { useCan } from '../state/session.ts'
import { text } from '../text.ts'

type PageProps = {
  title: string
  /** Beside the title: how many, or what this is. */
  note?: ReactNode
  /** At the right: one filled button at most. */
  actions?: ReactNode
  /** Above the title: where one came from. */
  trail?: ReactNode
  /** Below the head, on the page's ground: tabs, filter sentence, steps. */
  head?: ReactNode
  /** Without this permission the page says so and fetches nothing. */
  may?: string
  /** Replaces the content when the main data could not be fetched. */
  error?: unknown
  onRetry?: () => void
  /** Docked at the right, floating below 1200 px. */
  peek?: ReactNode
  /** At the foot: bulk bar, wizard buttons. */
  foot?: ReactNode
  children: ReactNode
}

export function Page(props: PageProps) {
  const can = useCan()
  const denied = props.may !== undefined && !can(props.may)
  useEffect(() => {
    document.title = `${props.title} · Guanxi`
  }, [props.title])
  const body = denied ? (
    <Denied may={props.may ?? ''} />
  ) : props.error ? (
    <Fault error={props.error} onRetry={props.onRetry} />
  ) : (
    props.children
  )
  return (
    <div className="page">
      <main className="main">
        <header className="phead">
          {props.trail && <div className="trail">{props.trail}</div>}
          <h1>{props.title}</h1>
          {props.note !== undefined && <span className="mut s13 note">{props.note}</span>}
          {props.actions && !denied && <div className="acts">{props.actions}</div>}
        </header>
        {!denied && props.head}
        <ErrorBoundary>{body}</ErrorBoundary>
        {!denied && props.foot}
      </main>
      {!denied && props.peek}
    </div>
  )
}

/** One sentence about what will be here, and the one thing to do first. */
export function Empty(props: { title: string; text?: string; action?: ReactNode }) {
  return (
    <div className="state">
      <div>
        <h2>{props.title}</h2>
        {props.text && <p>{props.text}</p>}
        {props.action && <div className="act">{props.action}</div>}
      </div>
    </div>
  )
}

/** What happened, that nothing was lost, what to do. Words come from the server where it has any. */
export function Fault({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const say = useText(text)
  const problem = problemOf(error)
  const [title, note] = faultWords(problem, say)
  return (
    <div className="state" role="alert">
      <div>
        <h2>{title}</h2>
        <p>{note}</p>
        {problem?.request_id && <p className="mut s12">{say('fault_id', { id: problem.request_id })}</p>}
        {onRetry && problem?.status !== 403 && problem?.status !== 404 && (
          <div className="act">
            <Button onClick={onRetry}>{say('retry')}</Button>
          </div>
        )}
      </div>
    </div>
  )
}

type Say = ReturnType<typeof useText<typeof text>>
function faultWords(problem: ReturnType<typeof problemOf>, say: Say): [string, string] {
  if (problem?.status === 0) return [say('offline_title'), say('offline_text')]
  if (problem?.code === 'kernel.maintenance') return [say('resting_title'), problem.detail]
  if (problem?.status === 404) return [say('missing_title'), say('missing_text')]
  if (problem && problem.status < 500) return [problem.title || say('fault_title'), problem.detail]
  return [say('fault_title'), say('fault_text')]
}

export function Denied({ may }: { may: string }) {
  const say = useText(text)
  const locale = useLocale()
  const [words, setWords] = useState<Words | null>(null)
  useEffect(() => {
    import('../../may.ts').then(
      ({ mayWords }) => setWords(mayWords),
      () => setWords({}),
    )
  }, [])
  const called = words?.[`may.${may}`]
  return (
    <Empty
      title={say('denied_title')}
      text={words ? say('denied_text', { may: called ? phrase(called, locale) : may }) : ''}
    />
  )
}

/** A fault in one page must not take the shell with it. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: undefined }
  static getDerivedStateFromError = (error: unknown) => ({ error })
  override componentDidCatch(error: Error, info: ErrorInfo) {
    console.error(error, info.componentStack)
  }
  override render() {
    if (this.state.error === undefined) return this.props.children
    return <Fault error={this.state.error} onRetry={() => this.setState({ error: undefined })} />
  }
}
