/** The kit: what every module's pages are built with. Pages import from here and from single Ant Design components. */

export { ExportMenu } from './export/ExportMenu.tsx'
export { FilterBuilder } from './filter/Builder.tsx'
export {
  type Group as FilterGroup,
  type Item as FilterItem,
  NOTHING as NO_CONDITIONS,
  read as readFilter,
  written as writtenFilter,
} from './filter/model.ts'
export type { TreeField } from './filter/phrase.ts'
export {
  Avatar,
  BulkBar,
  Figure,
  IconButton,
  Kbd,
  KeyValues,
  Panel,
  Section,
  Steps,
  type TabItem,
  Tabs,
  Tag,
  type Tone,
} from './parts/basic.tsx'
export { Choice, type Option } from './parts/Choice.tsx'
export { type FilterField, FilterSentence } from './parts/FilterSentence.tsx'
export { FindBox } from './parts/FindBox.tsx'
export { FormDialog } from './parts/FormDialog.tsx'
export { Count, Money, Progress, useCurrencySign, When, Withheld } from './parts/figures.tsx'
export { Icon, type IconName } from './parts/Icon.tsx'
export { Denied, Empty, ErrorBoundary, Fault, Page } from './parts/Page.tsx'
export { Peek } from './parts/Peek.tsx'
export { useToast } from './parts/toast.tsx'
export { type Api, api, type Bound, problemOf } from './state/api.ts'
export { useEvents } from './state/events.ts'
export { type Key, useKeys } from './state/keys.ts'
export { locale, useJoin, useLocale, useText, useZone } from './state/locale.ts'
export { useNarrow, useTight } from './state/media.ts'
export { type Place, usePlaces } from './state/places.ts'
export { type Session, useCan, useCompany, useMe, useSession } from './state/session.ts'
export { uniqueKey } from './state/store.ts'
export { Go, type Search, useGo, useParams, useSearch } from './state/url.tsx'
export { ColumnChoice, columnsKept, keepColumns } from './table/ColumnChoice.tsx'
export { DataTable } from './table/DataTable.tsx'
export { type PlainColumn, PlainTable } from './table/PlainTable.tsx'
export type {
  CellRefused,
  CellWrite,
  Column,
  Density,
  RowKey,
  Sort,
  Source,
} from './table/types.ts'
export { whole } from './table/whole.ts'
