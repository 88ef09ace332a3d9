import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useText } from '../../../../apps/web/ui/index.ts'
import type { User } from '../../contract.ts'
import { accessApi } from '../session.ts'
import { Made } from './InviteDialog.tsx'
import { linkText } from './link.text.ts'
import { Ask } from './parts.tsx'
import { usersText } from './users.text.ts'

/** A new one-time link, for somebody invited or somebody who forgot. */
export default function LinkDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const own = useText(usersText)
  const say = useText(linkText)
  const queries = useQueryClient()
  const make = useMutation({
    mutationFn: () => accessApi.invite({ params: { id: user.user_id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['access'] }),
  })
  if (make.data) return <Made name={user.name} invitation={make.data} onClose={onClose} />
  return (
    <Ask
      title={own(user.invited ? 'new_link' : 'reset_link')}
      ok={own('invite_do')}
      busy={make.isPending}
      error={make.error}
      onOk={() => make.mutate()}
      onClose={onClose}
    >
      <p>{say(user.invited ? 'again' : 'reset', { name: user.name })}</p>
    </Ask>
  )
}
