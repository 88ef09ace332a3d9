import { defineModule } from '../../kernel/module.ts'
import { access } from './contract.ts'
import { sweep } from './jobs.ts'
import { createKey, keys, revokeKey } from './manage/keys.ts'
import { createRole, deleteRole, patchRole, role, roles } from './manage/roles.ts'
import { sees } from './manage/sees.ts'
import { patchSettings, settings } from './manage/settings.ts'
import { endUserSessions, resetSecondFactor, signIns } from './manage/sign_ins.ts'
import { createUnit, deleteUnit, patchUnit, units } from './manage/units.ts'
import { colleagues, user, users } from './manage/users.ts'
import { createUser, invite, patchUser } from './manage/users.write.ts'
import { listPermissions } from './permissions.ts'
import { setup, setupState } from './setup.ts'
import { acceptInvitation, invitationState } from './signing/invitations.ts'
import { confirmSecond, secondState } from './signing/second.ts'
import { endSession, session, sessions, signOut, signOutEverywhere } from './signing/sessions.ts'
import {
  changePassword,
  changeProfile,
  endSecondFactor,
  recoveryCodes,
  signIn,
  startSecondFactor,
} from './signing/sign_in.ts'
import { text } from './text.ts'

export const module = defineModule({
  name: 'access',
  tables: [
    'setting',
    'unit',
    'role',
    'app_user',
    'session',
    'api_key',
    'setup_token',
    'invitation',
    'sign_in_failure',
    'second_factor',
    'recovery_code',
  ],
  routes: access,
  handlers: {
    setupState,
    setup,
    invitationState,
    acceptInvitation,
    session,
    signIn,
    signOut,
    changeProfile,
    changePassword,
    sessions,
    signOutEverywhere,
    endSession,
    users,
    colleagues,
    createUser,
    user,
    patchUser,
    invite,
    signIns,
    endUserSessions,
    sees,
    resetSecondFactor,
    secondFactor: secondState,
    startSecondFactor,
    confirmSecondFactor: confirmSecond,
    endSecondFactor,
    recoveryCodes,
    roles,
    createRole,
    role,
    patchRole,
    deleteRole,
    units,
    createUnit,
    patchUnit,
    deleteUnit,
    keys,
    createKey,
    revokeKey,
    settings,
    patchSettings,
    permissions: listPermissions,
  },
  words: text,
  jobs: [sweep],
})
