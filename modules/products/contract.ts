import { type Static, Type as T } from 'typebox'
import {
  Body,
  ById,
  ExportAsked,
  exporting,
  Id,
  Instant,
  Nullable,
  oneOf,
  Page,
  pageOf,
  route,
  routes,
} from '../../kernel/route.ts'

export const productKinds = ['product', 'charge', 'discount', 'adjustment'] as const
const Kind = oneOf(...productKinds)
const Code = T.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[^\\s\\x00-\\x1f]([^\\x00-\\x1f]*[^\\s\\x00-\\x1f])?$',
})
const Name = T.String({ maxLength: 500 })
const Currency = T.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' })
const Cost = T.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'millionths of a currency unit',
})
const Level = T.String({ minLength: 1, maxLength: 200, pattern: '\\S' })
const Path = T.Array(Level, { maxItems: 10, description: 'from the top: ["Drives", "Gearboxes"]' })

export const Category = T.Object({
  id: Id,
  parent_id: Nullable(Id),
  name: T.String(),
  path: T.Array(T.String()),
  products: T.Integer(),
})
export type Category = Static<typeof Category>

export const Product = T.Object({
  id: Id,
  source: T.String(),
  code: T.String(),
  name: T.String(),
  kind: Kind,
  category: Nullable(T.Object({ id: Id, path: T.Array(T.String()) })),
  sales_unit: T.String(),
  unit_cost_micro: Nullable(T.Integer()),
  cost_currency: Nullable(T.String()),
  cost_withheld: T.Boolean({ description: 'true: the caller’s role does not see costs' }),
  live: T.Boolean(),
  version: T.Integer(),
  created_at: Instant,
  updated_at: Instant,
})
export type Product = Static<typeof Product>

const productWrite = {
  name: T.Optional(Name),
  kind: T.Optional(Kind),
  category: T.Optional(Nullable(Path)),
  sales_unit: T.Optional(T.String({ maxLength: 50 })),
  unit_cost_micro: T.Optional(Nullable(Cost)),
  cost_currency: T.Optional(Nullable(Currency)),
}
export const ProductWrite = Body({
  source: T.Optional(
    T.String({
      minLength: 1,
      maxLength: 100,
      pattern: '^[^\\s\\x00-\\x1f]([^\\x00-\\x1f]*[^\\s\\x00-\\x1f])?$',
    }),
  ),
  code: Code,
  ...productWrite,
})
export type ProductWrite = Static<typeof ProductWrite>
export const ProductPatch = T.Partial(Body(productWrite), { additionalProperties: false, minProperties: 1 })
export type ProductPatch = Static<typeof ProductPatch>

const Filter = {
  q: T.Optional(T.String({ maxLength: 100, description: 'part of the code or the name' })),
  category_id: T.Optional(Id),
  kind: T.Optional(Kind),
  source: T.Optional(T.String({ maxLength: 100 })),
  trash: T.Optional(T.Boolean()),
}
const refusesCost = ['products.cost_currency', 'products.cost_withheld']

export const products = routes({
  list: route('GET /products', {
    may: 'products:read',
    does: 'Products by code, searched and filtered',
    query: T.Object({ ...Page, ...Filter }),
    gives: pageOf(Product),
    refuses: ['kernel.bad_cursor'],
  }),
  exportList: route('GET /products/export', {
    ...exporting('products'),
    may: 'products:read',
    does: 'All products of the list as filtered, as a CSV or XLSX file',
    query: T.Object({ ...Filter, ...ExportAsked }),
  }),
  create: route('POST /products', {
    may: 'products:write',
    does: 'Create a product; categories of its path that are new are made',
    body: ProductWrite,
    gives: Product,
    creates: true,
    refuses: ['products.code_taken', ...refusesCost],
  }),
  get: route('GET /products/:id', { may: 'products:read', does: 'A product', params: ById, gives: Product }),
  update: route('PATCH /products/:id', {
    may: 'products:write',
    does: 'Change fields of a product',
    params: ById,
    body: ProductPatch,
    gives: Product,
    versioned: true,
    refuses: refusesCost,
  }),
  remove: route('DELETE /products/:id', {
    may: 'products:write',
    does: 'Take a product out of use',
    params: ById,
    gives: Product,
    versioned: true,
  }),
  restore: route('POST /products/:id/restore', {
    may: 'products:write',
    does: 'Take a product back into use',
    params: ById,
    gives: Product,
  }),
  categories: route('GET /categories', {
    may: 'products:read',
    does: 'The tree of categories, with how many products in use stand in each',
    gives: T.Object({ items: T.Array(Category) }),
  }),
  createCategory: route('POST /categories', {
    may: 'products:write',
    does: 'Make the categories of a path that are not there yet',
    body: Body({ path: T.Array(Level, { minItems: 1, maxItems: 10 }) }),
    gives: Category,
    creates: true,
  }),
})

export const productEvents = [
  'products.created',
  'products.updated',
  'products.removed',
  'products.restored',
  'products.category_created',
] as const
