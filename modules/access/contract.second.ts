import { Type as T } from 'typebox'
import { Body, ById, Instant, Nullable, route, routes } from '../../kernel/route.ts'
import { Code, Password } from './contract.shapes.ts'

const Again = Body({ password: Password })
const Codes = T.Object({
  recovery_codes: T.Array(T.String(), { description: 'shown once; each lets in once without the device' }),
})

/** A second factor at sign-in: six digits of an authenticator app (RFC 6238). */
export const second = routes({
  secondFactor: route('GET /session/second_factor', {
    may: 'signed_in',
    does: "Whether one's own account has a second factor, and whether it is asked for",
    gives: T.Object({
      on: T.Boolean(),
      since: Nullable(Instant),
      recovery_codes: T.Integer({ description: 'how many are left' }),
      required: T.Boolean(),
    }),
    refuses: ['access.needs_session'],
  }),
  startSecondFactor: route('POST /session/second_factor', {
    may: 'signed_in',
    does: 'Make a secret for an authenticator app; it counts once its first code was sent',
    body: Again,
    gives: T.Object({
      secret: T.String({ description: 'base32, for typing' }),
      uri: T.String({ description: 'for a QR code' }),
    }),
    secret: true,
    refuses: ['access.wrong_password', 'access.throttled', 'access.second_on', 'access.needs_session'],
  }),
  confirmSecondFactor: route('PUT /session/second_factor', {
    may: 'signed_in',
    does: 'Switch the second factor on with its first code; recovery codes are shown once',
    body: Body({ code: Code }),
    gives: Codes,
    secret: true,
    refuses: ['access.code_wrong', 'access.needs_session'],
  }),
  endSecondFactor: route('POST /session/second_factor/off', {
    may: 'signed_in',
    does: "Switch one's own second factor off, where it is not asked for",
    body: Again,
    gives: 'nothing',
    refuses: ['access.wrong_password', 'access.throttled', 'access.second_required', 'access.needs_session'],
  }),
  recoveryCodes: route('POST /session/recovery_codes', {
    may: 'signed_in',
    does: 'Make new recovery codes; the earlier ones end',
    body: Again,
    gives: Codes,
    secret: true,
    refuses: ['access.wrong_password', 'access.throttled', 'access.second_off', 'access.needs_session'],
  }),
  resetSecondFactor: route('DELETE /users/:id/second_factor', {
    may: 'users:write',
    does: "Take a user's second factor away, for a lost device; their sessions end",
    params: ById,
    gives: 'nothing',
    refuses: ['access.beyond_own'],
  }),
})
