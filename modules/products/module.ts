import { defineModule } from '../../kernel/module.ts'
import { createCategory, listCategories } from './categories.ts'
import { products } from './contract.ts'
import { exportProducts } from './export.ts'
import {
  createProduct,
  getProduct,
  listProducts,
  removeProduct,
  restoreProduct,
  updateProduct,
} from './products.ts'
import { text } from './text.ts'

export const module = defineModule({
  name: 'products',
  tables: ['product', 'category'],
  routes: products,
  handlers: {
    list: listProducts,
    exportList: exportProducts,
    create: createProduct,
    get: getProduct,
    update: updateProduct,
    remove: removeProduct,
    restore: restoreProduct,
    categories: listCategories,
    createCategory,
  },
  words: text,
})
