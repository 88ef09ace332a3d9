import { Tag, useText } from '../../../../apps/web/ui/index.ts'
import type { User } from '../../contract.ts'
import { usersText } from './users.text.ts'

export const states = ['active', 'invited', 'inactive'] as const
type UserState = (typeof states)[number]
const stateOf = (user: User): UserState => (!user.active ? 'inactive' : user.invited ? 'invited' : 'active')

export function StateTag({ user }: { user: User }) {
  const say = useText(usersText)
  const state = stateOf(user)
  return <Tag tone={state === 'active' ? 'ok' : state === 'invited' ? 'brand' : 'plain'}>{say(state)}</Tag>
}
