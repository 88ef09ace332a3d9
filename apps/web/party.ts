import { eraseAction, everythingAction } from '../../modules/erasure/web/actions.ts'
import { mergeAction } from '../../modules/identity/web/actions.ts'
import { mergesPart } from '../../modules/identity/web/part.tsx'
import { filesPart, notesPart, tasksPart } from '../../modules/notes/web/parts.tsx'
import { datesPart } from '../../modules/occasions/web/Dates.tsx'
import { ordersPart } from '../../modules/orders/web/part.ts'
import { changesPart } from '../../modules/parties/web/changesPart.ts'
import type { PartyAction, PartyPart } from '../../modules/parties/web/part.ts'
import { tiesPart } from '../../modules/ties/web/part.tsx'
import { valuePart } from '../../modules/value/web/part.ts'

/** What stands on the page of a party, module by module, in the order in which it is shown. */
export const partyParts: readonly PartyPart[] = [
  ordersPart,
  valuePart,
  notesPart,
  tasksPart,
  tiesPart,
  datesPart,
  filesPart,
  changesPart,
  mergesPart,
]

/** What can be done with a party beside changing it, in the order of its menu. */
export const partyActions: readonly PartyAction[] = [mergeAction, everythingAction, eraseAction]
