// Generated from the migrated database by `npm run generate`. Do not edit.
import type { ColumnType, Generated } from 'kysely'

export type Instant = ColumnType<string, string | Date, string | Date>
export type Json = ColumnType<unknown, unknown, unknown>

export interface ApiKey {
  key_id: Generated<number>
  name: string
  hash: Buffer
  hint: string
  role_id: number
  unit_id: number
  created_by: number | null
  created_at: Instant
  last_used_at: Instant | null
  revoked_at: Instant | null
}

export interface AppUser {
  user_id: Generated<number>
  email: string
  name: string
  password_hash: string | null
  role_id: number
  unit_id: number
  locale: Generated<string>
  time_zone: Generated<string>
  active: Generated<boolean>
  version: Generated<number>
  created_at: Instant
  updated_at: Instant
}

export interface Attachment {
  party_id: number
  home_party_id: number
  attachment_id: number
  name: string
  type: string
  bytes: number
  sha256: Buffer
  scan: string
  scanned_at: Instant | null
  live: Generated<boolean>
  version: Generated<number>
  created_by: number
  created_at: Instant
}

export interface AttachmentChunk {
  party_id: number
  home_party_id: number
  attachment_id: number
  seq: number
  data: Buffer
  at: Instant
}

export interface Audit {
  party_id: Generated<number>
  audit_id: Generated<number>
  at: Instant
  actor_kind: string
  actor_id: number
  request_id: string
  action: string
  subject: string
  subject_id: number
  digest: Buffer
  salt: Buffer | null
  payload: Json | null
}

export interface AuditCheck {
  check_id: Generated<number>
  run_id: number | null
  started_by: number | null
  started_at: Instant
  finished_at: Instant
  ok: boolean
  report: Json
}

export interface Backup {
  backup_id: Generated<number>
  file: string
  origin: string
  state: string
  bytes: Generated<number>
  rows: Generated<number>
  taken_at: Instant | null
  company: Generated<string>
  guanxi: Generated<string>
  schema_version: Generated<number>
  postgres: Generated<string>
  key_fingerprint: string | null
  with_key: Generated<boolean>
  error: Json | null
  run_id: number | null
  created_by: number | null
  created_at: Instant
  finished_at: Instant | null
  verified_at: Instant | null
  verified: boolean | null
  verification: Json | null
}

export interface Category {
  category_id: Generated<number>
  parent_id: number | null
  name: string
}

export interface ContactCheck {
  party_id: number
  check_id: Generated<number>
  home_party_id: number
  contact_point_id: number
  value_key: string
  outcome: string
  how: string | null
  source: Generated<string>
  checked_on: string
  actor_kind: string
  actor_id: number
  at: Instant
}

export interface ContactPoint {
  party_id: number
  contact_point_id: Generated<number>
  home_party_id: number
  kind: string
  value: string
  value_key: string
  label: Generated<string>
  preferred: Generated<boolean>
  verified_at: Instant | null
  created_at: Instant
}

export interface CurrencyRate {
  base: string
  currency: string
  day: string
  rate: number
}

export interface CustomField {
  custom_field_id: Generated<number>
  key: string
  kind: string
  label_zh: Generated<string>
  label_en: Generated<string>
  help_zh: Generated<string>
  help_en: Generated<string>
  section_zh: Generated<string>
  section_en: Generated<string>
  position: Generated<number>
  options: Generated<Json>
  rules: Generated<Json>
  default_value: Json | null
  required: Generated<boolean>
  distinct_values: Generated<boolean>
  ask_on_create: Generated<boolean>
  sees_role_ids: number[] | null
  edits_role_ids: number[] | null
  slot: Generated<string>
  archived_at: Instant | null
  removed_at: Instant | null
  version: Generated<number>
  created_by: number | null
  created_at: Instant
  updated_at: Instant
}

export interface CustomValueKey {
  custom_field_id: number
  value_key: string
  party_id: number
}

export interface CustomerValue {
  party_id: number
  snapshot_id: number
  value_minor: number | null
  at_risk_minor: number | null
  revenue_minor: number
  repeat_minor: number
  recent_minor: number
  returns_minor: number
  sum_log_gaps: number
  p_alive: number | null
  lateness: number | null
  usual_days: number | null
  expected: number | null
  expected_minor: number | null
  margin: number
  x: number
  as_of: string
  first_on: string
  last_on: string
  next_on: string | null
  unknown: number | null
  class: number
  abc: number | null
  recency: number | null
  frequency: number | null
  monetary: number | null
  segment: number | null
  core: boolean
  overdue: boolean
  gone: boolean
  currency: string
}

export interface Erasure {
  party_id: number
  erasure_id: Generated<number>
  home_party_id: number
  at: Instant
  actor_kind: string
  actor_id: number
  ground: string
  reference: Generated<string>
  parts: Generated<Json>
  reapplied_at: Instant | null
}

export interface ExportRun {
  export_id: number
  actor_kind: string
  actor_id: number
  key: string | null
  list: string
  format: string
  rows_total: number
  rows_sent: Generated<number>
  state: Generated<string>
  started_at: Instant
  updated_at: Instant
  ended_at: Instant | null
}

export interface ExternalId {
  source: string
  value: string
  party_id: number
  created_at: Instant
}

export interface Fault {
  fingerprint: Buffer
  place: string
  what: string
  request_id: string
  times: Generated<number>
  first_at: Instant
  last_at: Instant
}

export interface Idempotency {
  actor: string
  route: string
  key: string
  body_hash: Buffer
  status: number
  answer: Json
  etag: string | null
  party_id: number | null
  created_at: Instant
}

export interface IdentityKey {
  key: number
  party_id: number
}

export interface IdentityMerge {
  party_id: number
  merge_id: Generated<number>
  survivor_id: number
  at: Instant
  actor_kind: string
  actor_id: number
  patch: Generated<Json>
  unmerged_at: Instant | null
}

export interface IdentityMoved {
  party_id: number
  merge_id: number
  n: number
  table_name: string
  what: string
  home_party_id: number
  column_name: string | null
  key: Json
  image: Json | null
}

export interface IdentityPair {
  party_id: number
  other_id: number
  score: number
  band: string
  reasons: Json
  state: Generated<string>
  found_at: Instant
  seen_at: Instant
  decided_at: Instant | null
  decided_by: number | null
  said_at_score: number | null
}

export interface IdentityProgress {
  progress_id: Generated<number>
  filled_to: Generated<number>
  filled: Generated<boolean>
  heard_at: Generated<Instant>
  paired_at: Generated<Instant>
  scanned_at: Instant | null
  elsewhere_hints: Generated<boolean>
}

export interface Import {
  import_id: Generated<number>
  kind: string
  source: string
  file_name: string
  file_bytes: number
  file_sha256: Buffer | null
  state: string
  detected: Generated<Json>
  mapping: Generated<Json>
  options: Generated<Json>
  preview: Json | null
  report: Json | null
  error: Json | null
  run_id: number | null
  unit_id: number
  created_by: number | null
  version: Generated<number>
  created_at: Instant
  finished_at: Instant | null
  undo_until: Instant | null
  undone_at: Instant | null
  changes_standing: Generated<number>
  changes_undone: Generated<number>
  waits_for: Json | null
  settled: Json | null
}

export interface ImportChange {
  subject_id: number
  import_id: number
  subject: string
  party_id: Generated<number>
  what: string
  undone: Generated<boolean>
  version: number | null
  image: Json | null
}

export interface ImportChunk {
  import_id: number
  seq: number
  bytes: Buffer
}

export interface ImportMended {
  import_id: number
  rejected_by: number
  line: number
  raw: string
  reasons: Json
}

export interface ImportOrderLine {
  import_id: number
  party_id: number
  order_id: number
  line_no: number
  product_id: number | null
  kind: string
  description: string
  quantity: number
  price_micro: number
  amount_minor: number
  hash: number
}

export interface ImportReject {
  import_id: number
  line: number
  raw: string
  reasons: Json
}

export interface ImportTie {
  tie_id: number
  import_id: number
  party_id: number
  other_id: number
  what: string
  undone: Generated<boolean>
  version: number | null
  image: Json | null
}

export interface ImportUndo {
  undo_id: Generated<number>
  import_id: number
  direction: string
  state: string
  run_id: number | null
  waits_for: Json | null
  report: Json | null
  error: Json | null
  created_by: number | null
  created_at: Instant
  finished_at: Instant | null
}

export interface Invitation {
  hash: Buffer
  user_id: number
  created_at: Instant
  expires_at: Instant
}

export interface JobRun {
  run_id: Generated<number>
  job: string
  subject: Generated<Json>
  state: string
  done: Generated<number>
  total: number | null
  phase: string | null
  cursor: Json | null
  result: Json | null
  error: Json | null
  cancel_requested: Generated<boolean>
  worker: string | null
  started_by: number | null
  unit_id: number | null
  created_at: Instant
  started_at: Instant | null
  updated_at: Instant
  finished_at: Instant | null
}

export interface LabelSetting {
  key: string
  value: Json
  version: Generated<number>
}

export interface Need {
  party_id: number
  need_id: Generated<number>
  category: string
  need_minor: number
  currency: string
  our_share: number
  rivals: Generated<Json>
  source: string
  known_on: string
  version: Generated<number>
  created_at: Instant
}

export interface Note {
  party_id: number
  home_party_id: number
  note_id: Generated<number>
  body: string
  pinned: Generated<boolean>
  live: Generated<boolean>
  version: Generated<number>
  author_kind: string
  created_by: number
  created_at: Instant
  edited_at: Instant | null
}

export interface NoteMention {
  party_id: number
  home_party_id: number
  note_id: number
  user_id: number
  at: Instant
  seen_at: Instant | null
}

export interface Occasion {
  party_id: number
  home_party_id: number
  occasion_id: Generated<number>
  kind: string
  label: Generated<string>
  calendar: string
  year: number | null
  month: number
  day: number
  leap: Generated<boolean>
  slot: number
  remind_days: number | null
  note: Generated<string>
  version: Generated<number>
  created_by: number | null
  created_at: Instant
}

export interface OrderKey {
  source: string
  number: string
  order_id: number
  party_id: number
}

export interface OrderLine {
  party_id: number
  order_id: number
  line_no: number
  product_id: number | null
  kind: string
  description: Generated<string>
  quantity: number
  price_micro: number
  amount_minor: number
  hash: number
}

export interface Orders {
  party_id: number
  order_id: number
  home_party_id: number
  source: string
  number: string
  kind: string
  ordered_at: Instant
  currency: string
  channel: Generated<string>
  store: Generated<string>
  line_count: number
  amount_minor: number
  base_minor: number | null
  digest: number
  import_id: number | null
  version: Generated<number>
  created_at: Instant
  updated_at: Instant
}

export interface Outbox {
  event_id: Generated<number>
  at: Instant
  name: string
  version: Generated<number>
  payload: Json
  audit_ids: Generated<number[]>
}

export interface Party {
  party_id: Generated<number>
  kind: string
  name: string
  language: string | null
  channel_preference: string | null
  country: string | null
  note: Generated<string>
  owner_id: number | null
  unit_id: number
  tags: Generated<string[]>
  live: Generated<boolean>
  version: Generated<number>
  created_by: number | null
  created_at: Instant
  updated_at: Instant
  erased_at: Instant | null
  fields: Generated<Json>
  merged_into: number | null
}

export interface PartyBucket {
  party_id: number
  buckets: number[]
}

export interface PartyBulk {
  bulk_id: Generated<number>
  root_id: number
  of_bulk_id: number | null
  direction: string
  action: Json
  state: string
  run_id: number | null
  selected: number
  changed: Generated<number>
  unchanged: Generated<number>
  refused: Generated<number>
  gone: Generated<number>
  error: Json | null
  unit_id: number
  created_by: number | null
  created_at: Instant
  finished_at: Instant | null
}

export interface PartyBulkSlice {
  bulk_id: number
  n: number
  party_ids: number[]
  changed_ids: Generated<number[]>
  audit_ids: Generated<number[]>
  versions: Generated<number[]>
  refused: Generated<Json>
  done: Generated<boolean>
}

export interface PartyCount {
  label: string
  unit_id: number
  delta: number
}

export interface PartyFind {
  party_id: number
  unit_id: number
  owner_id: number
  fresh: Instant
  h1: number
  h2: number
  h3: number
  h4: number
  h5: number
  h6: number
}

export interface PartyList {
  party_id: number
  unit_id: number
  owner_id: number | null
  live: boolean
  kind: string
  name: string
  name_romanised: string
  name_sort: string
  roles: string[]
  tags: string[]
  country: string | null
  order_count: Generated<number>
  revenue_minor: Generated<number>
  unrated_count: Generated<number>
  first_order_at: Generated<Instant>
  last_order_at: Generated<Instant>
  created_at: Instant
  version: number
  marks: number
  search_text: string
  search_chars: string[]
  search_contact: string
  fields: Generated<Json>
  head1: Generated<number>
  head2: Generated<number>
  head3: Generated<number>
  head4: Generated<number>
}

export interface PartyOwn {
  party_id: number
  owner_id: number | null
  version: number
  live: boolean
  name_sort: string
  created_at: Instant
  last_order_at: Generated<Instant>
  fresh: Instant
  revenue_minor: Generated<number>
  order_count: Generated<number>
  marks: number
  h1: number
  h2: number
  h3: number
  h4: number
  h5: number
  h6: number
}

export interface PartyPresence {
  party_id: number
  user_id: number
  tab: string
  field: string | null
  since: Instant
  expires_at: Instant
}

export interface PartyQuality {
  party_id: number
  unit_id: number
  owner_id: number | null
  score: number | null
  completeness: number | null
  validity: number | null
  freshness: number | null
  reasons: number
  rules_id: number
  version: number
  last_order_at: Instant
  checked_at: Instant
  due_on: string | null
}

export interface PartyRole {
  party_id: number
  party_role_id: Generated<number>
  role: string
  since: string
  until: string | null
}

export interface PartySlot {
  custom_field_id: number
  party_id: number
  part: Generated<number>
  unit_id: number
  owner_id: number | null
  t: string | null
  n: number | null
  c: string | null
}

export interface Pool {
  pool_id: Generated<number>
  name: string
  unit_id: number
  role: string | null
  active: Generated<boolean>
  claimers: Generated<string[]>
  claim_cap: number | null
  claim_days: Generated<number>
  holding_cap: number | null
  cooldown_days: Generated<number>
  no_order_days: number | null
  no_change_days: number | null
  warn_days: Generated<number>
  version: Generated<number>
  created_by: number | null
  created_at: Instant
  updated_at: Instant
}

export interface PoolMove {
  party_id: number
  move_id: Generated<number>
  home_party_id: number
  pool_id: number
  kind: string
  user_id: number
  reason: Generated<string>
  at: Instant
}

export interface PoolWarning {
  party_id: number
  pool_id: number
  owner_id: number
  because: string
  due_on: string
  warned_at: Instant
}

export interface Product {
  product_id: Generated<number>
  source: string
  code: string
  name: string
  kind: Generated<string>
  category_id: number | null
  sales_unit: Generated<string>
  unit_cost_micro: number | null
  cost_currency: string | null
  live: Generated<boolean>
  version: Generated<number>
  created_at: Instant
  updated_at: Instant
}

export interface QualityDay {
  day: string
  unit_id: number
  owner_id: number
  parties: number
  scored: number
  score_sum: number
  bands: number[]
  reasons: Json
}

export interface QualityRules {
  rules_id: Generated<number>
  rules: Json
  valid_from: Instant
  changed_by: number | null
}

export interface QualitySkip {
  party_id: number
  code: string
  home_party_id: number
  reason: string
  until: string | null
  skipped_by: number | null
  skipped_at: Instant
}

export interface QualityState {
  key: string
  value: Json
}

export interface RecoveryCode {
  user_id: number
  hash: Buffer
}

export interface Role {
  role_id: Generated<number>
  code: string
  name_zh: string
  name_en: string
  grants: Json
  masks: Generated<string[]>
  version: Generated<number>
  created_at: Instant
  second_factor: Generated<boolean>
}

export interface Sample {
  sample_id: Generated<number>
  state: string
  weeks: number
  currency: string
  was: Json
  unit_ids: number[]
  user_ids: number[]
  party_ids: number[] | null
  run_id: number | null
  created_by: number | null
  created_at: Instant
  loaded_at: Instant | null
}

export interface SavedView {
  view_id: Generated<number>
  list: string
  name: string
  owner_id: number
  shared: Generated<string>
  unit_id: number | null
  pinned: Generated<boolean>
  position: Generated<number>
  state: Json
  version: Generated<number>
  created_at: Instant
  updated_at: Instant
}

export interface Seal {
  seq: number
  prev: Buffer
  merkle_root: Buffer
  audit_ids: number[]
  sealed_at: Instant
  first_at: Instant
  last_at: Instant
  mac: Buffer
  key_fingerprint: string | null
}

export interface SecondFactor {
  user_id: number
  secret: Buffer
  created_at: Instant
  confirmed_at: Instant | null
  last_step: Generated<number>
  failures: Generated<number>
  failed_at: Instant | null
}

export interface Session {
  token_hash: Buffer
  user_id: number
  csrf: string
  created_at: Instant
  seen_at: Instant
  expires_at: Instant
  address: string | null
  agent: string | null
}

export interface Setting {
  key: string
  value: Json
}

export interface SetupToken {
  hash: Buffer
  created_at: Instant
  used_at: Instant | null
}

export interface SignInFailure {
  subject: string
  failed_at: Instant
  failure_id: Generated<number>
}

export interface Spend {
  party_id: Generated<number>
  spend_id: Generated<number>
  unit_id: number
  owner_id: number | null
  spent_on: string
  purpose: string
  driver: string
  segment: string | null
  campaign: string | null
  amount_minor: number
  currency: string
  base_minor: number | null
  hours: Generated<number>
  note: Generated<string>
  digest: Buffer | null
  version: Generated<number>
  created_by: number | null
  created_at: Instant
}

export interface Subscription {
  party_id: number
  subscription_id: Generated<number>
  name: string
  started_on: string
  period_months: number
  amount_minor: number
  currency: string
  ended_on: string | null
  version: Generated<number>
  created_at: Instant
}

export interface TagChange {
  change_id: Generated<number>
  verb: string
  tags: string[]
  become: string | null
  bulk_id: number | null
  definitions: Generated<Json>
  undone_at: Instant | null
  changed_by: number | null
  changed_at: Instant
}

export interface TagDefinition {
  tag: string
  colour: string | null
  group: Generated<string>
  note: Generated<string>
  created_by: number | null
  created_at: Instant
}

export interface Task {
  party_id: Generated<number>
  home_party_id: Generated<number>
  task_id: Generated<number>
  title: string
  note: Generated<string>
  due_on: string | null
  due_at: Instant | null
  priority: Generated<number>
  assignee_id: number
  created_by: number
  snoozed_until: string | null
  done_at: Instant | null
  done_by: number | null
  live: Generated<boolean>
  version: Generated<number>
  created_at: Instant
}

export interface Tie {
  party_id: number
  home_party_id: number
  tie_id: number
  side: string
  other_id: number
  kind: string
  title: Generated<string>
  department: Generated<string>
  relation: string | null
  since: string | null
  until: string | null
  is_primary: Generated<boolean>
  source: Generated<string>
  note: Generated<string>
  version: Generated<number>
  created_by: number | null
  created_at: Instant
}

export interface Unit {
  unit_id: Generated<number>
  parent_id: number | null
  kind: string
  name: string
  version: Generated<number>
  created_at: Instant
}

export interface ValueAlert {
  party_id: number
  alert_id: Generated<number>
  kind: string
  state: string
  at: Instant
  done_at: Instant | null
  done_by: number | null
  value_minor: number | null
  currency: string
  last_on: string
  silent_days: number
  usual_days: number
}

export interface ValueDue {
  party_id: number
  touched_at: Instant
}

export interface ValueFit {
  fit_id: Generated<number>
  as_of: string
  fitted_at: Instant
  because: string
  model: string | null
  report: Json
}

export interface ValueSettings {
  settings_id: Generated<number>
  settings: Json
  valid_from: Instant
  changed_by: number | null
}

export interface ValueSnapshot {
  snapshot_id: Generated<number>
  as_of: string
  state: string
  current: Generated<boolean>
  backfilled: Generated<boolean>
  kept: string | null
  fit_id: number | null
  settings_id: number
  currency: string
  customers: Generated<number>
  equity_minor: number | null
  lower_minor: number | null
  upper_minor: number | null
  summary: Generated<Json>
  begun_at: Instant
  computed_at: Instant | null
  seconds: Generated<number>
  generation: Generated<number>
}

export interface ViewMark {
  user_id: number
  view_id: number
  pinned: boolean | null
  first: Generated<boolean>
}

export interface Webhook {
  webhook_id: Generated<number>
  name: string
  url: string
  events: string[]
  role_id: number
  unit_id: number
  secret: Buffer
  old_secret: Buffer | null
  old_until: Instant | null
  active: Generated<boolean>
  created_by: number | null
  version: Generated<number>
  created_at: Instant
  updated_at: Instant
}

export interface WebhookDelivery {
  delivery_id: Generated<number>
  webhook_id: number
  event_id: number
  event: string
  thing_id: number
  party_id: Generated<number>
  at: Instant
  state: Generated<string>
  attempts: Generated<number>
  next_at: Instant | null
  status: number | null
  error: string | null
  took_ms: number | null
  done_at: Instant | null
}

export interface WorkerBeat {
  worker: string
  role: string
  started_at: Instant
  beat_at: Instant
}

export interface DB {
  api_key: ApiKey
  app_user: AppUser
  attachment: Attachment
  attachment_chunk: AttachmentChunk
  audit: Audit
  audit_check: AuditCheck
  backup: Backup
  category: Category
  contact_check: ContactCheck
  contact_point: ContactPoint
  currency_rate: CurrencyRate
  custom_field: CustomField
  custom_value_key: CustomValueKey
  customer_value: CustomerValue
  erasure: Erasure
  export_run: ExportRun
  external_id: ExternalId
  fault: Fault
  idempotency: Idempotency
  identity_key: IdentityKey
  identity_merge: IdentityMerge
  identity_moved: IdentityMoved
  identity_pair: IdentityPair
  identity_progress: IdentityProgress
  import: Import
  import_change: ImportChange
  import_chunk: ImportChunk
  import_mended: ImportMended
  import_order_line: ImportOrderLine
  import_reject: ImportReject
  import_tie: ImportTie
  import_undo: ImportUndo
  invitation: Invitation
  job_run: JobRun
  label_setting: LabelSetting
  need: Need
  note: Note
  note_mention: NoteMention
  occasion: Occasion
  order_key: OrderKey
  order_line: OrderLine
  orders: Orders
  outbox: Outbox
  party: Party
  party_bucket: PartyBucket
  party_bulk: PartyBulk
  party_bulk_slice: PartyBulkSlice
  party_count: PartyCount
  party_find: PartyFind
  party_list: PartyList
  party_own: PartyOwn
  party_presence: PartyPresence
  party_quality: PartyQuality
  party_role: PartyRole
  party_slot: PartySlot
  pool: Pool
  pool_move: PoolMove
  pool_warning: PoolWarning
  product: Product
  quality_day: QualityDay
  quality_rules: QualityRules
  quality_skip: QualitySkip
  quality_state: QualityState
  recovery_code: RecoveryCode
  role: Role
  sample: Sample
  saved_view: SavedView
  seal: Seal
  second_factor: SecondFactor
  session: Session
  setting: Setting
  setup_token: SetupToken
  sign_in_failure: SignInFailure
  spend: Spend
  subscription: Subscription
  tag_change: TagChange
  tag_definition: TagDefinition
  task: Task
  tie: Tie
  unit: Unit
  value_alert: ValueAlert
  value_due: ValueDue
  value_fit: ValueFit
  value_settings: ValueSettings
  value_snapshot: ValueSnapshot
  view_mark: ViewMark
  webhook: Webhook
  webhook_delivery: WebhookDelivery
  worker_beat: WorkerBeat
}
