import type { PartyPart } from '../../parties/web/part.ts'
import { AlivePicture } from './party/AlivePicture.tsx'
import { isEvidence, ValueEvidence } from './party/Evidence.tsx'
import { ValueFigures } from './party/Figures.tsx'

/** What value adds to the page of a party. */
export const valuePart: PartyPart = {
  may: 'value:read',
  Figures: ValueFigures,
  Picture: AlivePicture,
  Evidence: ValueEvidence,
  evidence: isEvidence,
}
