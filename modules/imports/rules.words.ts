/** How the reader understands words in cells: pure, so that the page shows what will be read. */

export { headerKey } from './mapping.synonyms.ts'
export { currencyCode } from './values/currencies.ts'
export { valueKey, yesOrNo } from './values/maps.ts'
export { countryCode } from './values/places.ts'
export { channelPreferenceOf, languageOf, marketRoleReader, partyKindOf } from './values/words.ts'
