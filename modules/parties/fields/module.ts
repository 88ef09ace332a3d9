import { defineModule } from '../../../kernel/module.ts'
import { fields } from '../contract.fields.ts'
import { text } from '../text.fields.ts'
import { fillBuckets } from './bucketed.ts'
import {
  createField,
  getField,
  listDefinitions,
  listFields,
  orderFields,
  removeField,
  updateField,
} from './define.ts'
import { dropSlots, fillField, fillRest, removeValues, settleKeys } from './jobs.ts'

/** Definitions of custom fields, a table of the parties module. Their values are written with the party: see the parties module. */
export const fieldsModule = defineModule({
  name: 'fields',
  routes: fields,
  handlers: {
    list: listFields,
    definitions: listDefinitions,
    get: getField,
    create: createField,
    order: orderFields,
    update: updateField,
    remove: removeField,
  },
  words: text,
  jobs: [fillField, fillRest, fillBuckets, dropSlots, settleKeys, removeValues],
})
