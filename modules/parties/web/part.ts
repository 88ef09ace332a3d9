import type { ComponentType } from 'react'
import type { IconName } from '../../../apps/web/ui/index.ts'
import type { Phrase } from '../../../kernel/text.ts'
import type { Party, TimelineEntry } from '../contract.ts'

/** What a module adds to the page of a party. Listed in apps/web/party.ts, in the order in which it is shown. */
export type PartyPart = {
  /** Without this permission the part is not there. */
  may: string
  /** Beside the name: in a word, who this is. */
  Who?: ComponentType<PartyPartProps>
  /** In the header: `.fig`s whose value is a link to its evidence. */
  Figures?: ComponentType<PartyPartProps>
  /** Above the timeline: a picture whose title is its finding. */
  Picture?: ComponentType<PartyPartProps>
  /** In the left column, below the facts; on a phone among them. */
  Facts?: ComponentType<PartyPartProps>
  /** In the right column, above the history: what is to be done. */
  Side?: ComponentType<PartyPartProps>
  /** Beside the page, for what `see` was called with. */
  Evidence?: ComponentType<PartyPartProps & { what: string }>
  evidence?: (what: string) => boolean
  /** Rows of the one stream, for the kind of its TimelineSource. */
  timeline?: {
    kind: string
    label: Phrase
    icon: (entry: TimelineEntry) => IconName
    Row: ComponentType<{ entry: TimelineEntry; party: Party; see: PartyPartProps['see'] }>
  }
}
/** What a module adds to the menu of a party: a dialog, or a file. */
export type PartyAction = {
  key: string
  may: string
  label: Phrase
  Dialog?: ComponentType<PartyActionProps>
  href?: (party: Party) => string
}
export type PartyActionProps = { party: Party; onClose: () => void }
export type PartyPartProps = {
  party: Party
  /** Opens the evidence of a figure; undefined closes it. */
  see: (what: string | undefined) => void
  /** Shows one kind of the timeline. */
  showKind: (kind: string) => void
}
