import type { Module } from '../../kernel/module.ts'
import type { Hooks } from './archive/restore.ts'

let hooks: Hooks = { before: [], after: [] }

/** modules/index.ts tells once what each module has to say to a restore, in their order. */
export function knowRestored(modules: readonly Module[]): void {
  hooks = {
    before: modules.flatMap(({ restoring }) => (restoring ? [restoring] : [])),
    after: modules.flatMap(({ restored }) => (restored ? [restored] : [])),
  }
}
export const hooksOf = (): Hooks => hooks
