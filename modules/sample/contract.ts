import { type Static, Type as T } from 'typebox'
import { Body, Id, Instant, Nullable, oneOf, route, routes } from '../../kernel/route.ts'

export const SignIn = T.Object({
  user_id: Id,
  email: T.String(),
  name: T.String(),
  role: T.String(),
  role_name: T.String({ description: 'in the language of the caller' }),
  unit_name: T.String(),
})
export type SignIn = Static<typeof SignIn>

export const Sample = T.Object({
  state: oneOf('none', 'loading', 'loaded'),
  run_id: Nullable(Id),
  since: Nullable(Instant),
  real_parties: T.Integer({
    description: 'parties of your own, up to 10,000; 0 once it is there, and to who may not load it',
  }),
  users: T.Array(SignIn, { description: 'who can be tried; empty to who may not load or remove it' }),
})
export type Sample = Static<typeof Sample>

const Password = T.String({ description: 'of all sample users; shown once' })
export const Begun = T.Object({ ...Sample.properties, password: Password })
export type Begun = Static<typeof Begun>

const counts = {
  parties: T.Integer(),
  orders: T.Integer(),
  products: T.Integer(),
  users: T.Integer(),
  units: T.Integer(),
}
export const Removal = T.Object({
  ...counts,
  changed_parties: T.Integer({
    description: 'sample parties that somebody changed since; their changes go too',
  }),
  changed: T.Array(T.Object({ id: Id, name: T.String(), by: T.String(), at: Instant }), {
    description: 'of those, the latest ten',
  }),
  added_orders: T.Integer({ description: 'orders that somebody added to sample parties; they go too' }),
  disowned: T.Integer({
    description: 'your own parties that a sample user owns: they stay, without an owner',
  }),
  kept_units: T.Integer({
    description: 'sample units that your own users or parties are in, and those above them: they stay',
  }),
  kept_products: T.Integer({ description: 'sample products that your own orders name: they stay' }),
})
export type Removal = Static<typeof Removal>

export const Removed = T.Object({
  ...counts,
  disowned: T.Integer(),
  kept_units: T.Integer(),
  kept_products: T.Integer(),
  setup_path: Nullable(
    T.String({ description: 'the one-time set-up link, where nobody is left who could sign in' }),
  ),
})
export type Removed = Static<typeof Removed>

export const sample = routes({
  get: route('GET /sample', {
    may: 'signed_in',
    does: 'Say whether sample data are shown, and with whom they can be tried',
    gives: Sample,
  }),
  load: route('POST /sample', {
    may: 'sample:write',
    does: 'Load the sample company; answers at once, and the load runs as a job',
    body: Body({
      beside_real: T.Optional(T.Boolean({ description: 'also into a house that has parties of its own' })),
    }),
    gives: Begun,
    creates: true,
    secret: true,
    refuses: [
      'sample.there',
      'sample.not_empty',
      'sample.source_taken',
      'access.unit_name_taken',
      'access.email_taken',
    ],
  }),
  password: route('POST /sample/password', {
    may: 'sample:write',
    does: 'Give all sample users a new common password, shown once; their sessions end',
    gives: T.Object({ password: Password }),
    refuses: ['sample.none'],
  }),
  removal: route('GET /sample/removal', {
    may: 'sample:write',
    does: 'Say what removing the sample company would take away, and what of it people have changed since',
    gives: Nullable(Removal),
  }),
  remove: route('DELETE /sample', {
    may: 'sample:write',
    does: 'Remove the sample company with everything that hangs on it',
    gives: Removed,
    refuses: ['sample.none', 'sample.busy'],
  }),
})
