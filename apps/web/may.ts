import type { Words } from '../../kernel/text.ts'
import { text as access } from '../../modules/access/text.ts'
import { text as audit } from '../../modules/audit/text.ts'
import { text as backups } from '../../modules/backups/text.ts'
import { text as erasure } from '../../modules/erasure/text.ts'
import { text as exports } from '../../modules/exports/text.ts'
import { text as handover } from '../../modules/handover/text.ts'
import { text as identity } from '../../modules/identity/text.ts'
import { text as imports } from '../../modules/imports/text.ts'
import { text as jobs } from '../../modules/jobs/text.ts'
import { text as notes } from '../../modules/notes/text.ts'
import { text as occasions } from '../../modules/occasions/text.ts'
import { text as orders } from '../../modules/orders/text.ts'
import { text as fields } from '../../modules/parties/text.fields.ts'
import { labelsText as labels } from '../../modules/parties/text.labels.ts'
import { text as parties } from '../../modules/parties/text.ts'
import { viewText as views } from '../../modules/parties/text.views.ts'
import { text as pools } from '../../modules/pools/text.ts'
import { text as products } from '../../modules/products/text.ts'
import { text as quality } from '../../modules/quality/text.ts'
import { text as sample } from '../../modules/sample/text.ts'
import { text as system } from '../../modules/system/text.ts'
import { text as ties } from '../../modules/ties/text.ts'
import { text as value } from '../../modules/value/text.ts'
import { text as webhooks } from '../../modules/webhooks/text.ts'

/** What a permission is called: `may.<code>`. Fetched when a page is refused, for it is every module's text. */
export const mayWords: Words = {
  ...access,
  ...audit,
  ...backups,
  ...erasure,
  ...exports,
  ...fields,
  ...handover,
  ...identity,
  ...imports,
  ...jobs,
  ...notes,
  ...occasions,
  ...orders,
  ...labels,
  ...parties,
  ...pools,
  ...products,
  ...quality,
  ...sample,
  ...system,
  ...ties,
  ...value,
  ...views,
  ...webhooks,
}
