import { ordersPart } from '../../modules/orders/web/part.ts'
import { changesPart } from '../../modules/parties/web/changesPart.ts'
import type { PartyPart } from '../../modules/parties/web/part.ts'

/** What stands on the page of a party, module by module, in the order in which it is shown. */
export const partyParts: readonly PartyPart[] = [ordersPart, changesPart]
