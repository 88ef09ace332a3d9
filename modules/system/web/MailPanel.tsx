import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { lazy, Suspense, useState } from 'react'
import { Panel, problemOf, useCan, useJoin, useText, useToast, When } from '../../../apps/web/ui/index.ts'
import { systemApi } from './systemApi.ts'
import { text } from './text.ts'

const MailDialog = lazy(() => import('./MailDialog.tsx'))

export function MailPanel() {
  const say = useText(text)
  const can = useCan()
  const join = useJoin()
  const toast = useToast()
  const queries = useQueryClient()
  const [open, setOpen] = useState(false)
  const { data: mail } = useQuery(systemApi.mail.query())
  const test = useMutation({
    mutationFn: () => systemApi.testMail({ body: {} }),
    onSuccess: () => toast.ok(say('tested')),
    onError: (error) => toast.error(problemOf(error)?.detail ?? error.message),
    onSettled: () => queries.invalidateQueries({ queryKey: systemApi.mail.key }),
  })
  if (!mail) return null
  const ready = mail.host !== '' && mail.to.length > 0
  return (
    <Panel
      title={say('mail')}
      more={
        can('system:write') && (
          <>
            <Button size="small" disabled={!ready} loading={test.isPending} onClick={() => test.mutate()}>
              {say('test')}
            </Button>
            <Button size="small" onClick={() => setOpen(true)}>
              {say('set')}
            </Button>
          </>
        )
      }
    >
      <div className="sybody s13">
        <p>{mail.errors ? say('mail_on', { to: join(mail.to) }) : say('mail_off')}</p>
        {mail.failed !== null ? (
          <p className="said">{say('mail_failed', { reason: mail.failed })}</p>
        ) : (
          mail.sent_at && (
            <p className="mut">
              {say('mail_sent', { at: '' })}
              <When at={mail.sent_at} time />
            </p>
          )
        )}
      </div>
      {open && (
        <Suspense fallback={null}>
          <MailDialog now={mail} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </Panel>
  )
}
