import assert from 'node:assert/strict'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** As the page itself asks: with its session. A refusal fails the test, in the server's words. */
export function ask<R>(page: Page, method: string, path: string, body?: object): Promise<R> {
  return page.evaluate(
    async ([method, path, body]) => {
      const { csrf } = (await (await fetch('/api/v1/session')).json()) as { csrf: string }
      const answer = await fetch(`/api/v1${path}`, {
        method,
        headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
        ...(body ? { body } : {}),
      })
      if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
      return (answer.status === 204 ? null : await answer.json()) as never
    },
    [method, path, body ? JSON.stringify(body) : ''] as const,
  )
}

/** No serious violation of accessibility on what is shown. */
export async function sound(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  assert.deepEqual(
    bad.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)]),
    [],
  )
}
