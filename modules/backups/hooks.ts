import type { Module } from '../../kernel/module.ts'
import type { Afterwards } from './archive/restore.ts'

let hooks: Afterwards = []

/** modules/index.ts tells once what each module has to say after a restore, in their order. */
export function knowRestored(modules: readonly Module[]): void {
  hooks = modules.flatMap(({ restored }) => (restored ? [restored] : []))
}
export const afterwards = (): Afterwards => hooks
