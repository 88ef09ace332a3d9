import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { browserPath, launchArgs } from '../e2e/browser.ts'
import { root, startGuanxi } from './process.ts'
import { type Figure, figure, type Say } from './report.ts'
import type { Seeded } from './seed.ts'
import { scrolling } from './web.scroll.ts'

// Runs in the page: the time of the largest paint so far.
const LCP = `new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime)).observe({ type: 'largest-contentful-paint', buffered: true }))`

/** 5.3: what the first screen loads, how soon the customer list stands and how it scrolls, in headless Chromium, on the seeded company. */
export async function web(home: string, seeded: Seeded, say: Say): Promise<Figure[]> {
  const guanxi = await startGuanxi({ GUANXI_HOME: home, PORT: '0', GUANXI_LOG: 'error' })
  const browser = await chromium.launch({ executablePath: browserPath(), args: launchArgs })
  try {
    const times: number[] = []
    let script_kb = 0
    let scrolled: Figure[] = []
    for (let run = 0; run < 5; run++) {
      say(`customer list in a browser, ${run + 1} of 5`)
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' })
      const [name, value] = seeded.callers.all.cookie.split('=') as [string, string]
      await context.addCookies([{ name, value, url: guanxi.url }])
      const page = await context.newPage()
      const loaded = new Set<string>()
      page.on('response', (response) => {
        const path = new URL(response.url()).pathname
        if (path.endsWith('.js')) loaded.add(path)
      })
      await page.goto(`${guanxi.url}/customers`)
      await page.getByRole('row').nth(10).waitFor()
      times.push(await page.evaluate<number>(LCP))
      script_kb = Math.round(
        [...loaded].reduce(
          (sum, path) => sum + gzipSync(readFileSync(join(root, 'dist/web', path))).length,
          0,
        ) / 1024,
      )
      if (run === 4) scrolled = await scrolling(browser, page, say)
      await context.close()
    }
    times.sort((a, b) => a - b)
    const lcp_ms = Math.round(times[2]!)
    const all_kb = Math.round(
      readdirSync(join(root, 'dist/web/assets'))
        .filter((f) => f.endsWith('.js'))
        .reduce((n, f) => n + gzipSync(readFileSync(join(root, 'dist/web/assets', f))).length, 0) / 1024,
    )
    return [
      figure(
        'web',
        'JavaScript of the first screen, gzip',
        '≤ 350 KB',
        `${script_kb} KB (all pages ${all_kb} KB)`,
        script_kb <= 350,
      ),
      figure(
        'web',
        `customer list usable (LCP), ${seeded.parties} parties, median of 5`,
        '≤ 1500 ms',
        `${lcp_ms} ms`,
        lcp_ms <= 1500,
        { times },
      ),
      ...scrolled,
    ]
  } finally {
    await browser.close()
    await guanxi.stop()
  }
}
