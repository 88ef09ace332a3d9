import type { Browser, CDPSession, Page } from 'playwright-core'
import { type Figure, figure, type Say } from './report.ts'

// 5.3: what a frame costs in script while the loaded list is scrolled, and what the page holds in memory. Times are the
// main thread's own (its processor time, from the browser's trace): JavaScript and its garbage collection, not paint or idling.

/** a hundred rows of 36 px a second: as quickly as anybody still sees what passes */
const SPEED_PX_S = 3600
const DISTANCE_PX = 36_000
const MARKS = [1000, 5000, 10_000] as const
const SCRIPT = new Set([
  'EvaluateScript',
  'EventDispatch',
  'FireAnimationFrame',
  'FunctionCall',
  'MajorGC',
  'MinorGC',
  'RunMicrotasks',
  'TimerFire',
  'v8.callFunction',
  'V8.GCScavenger',
])

type Traced = { name: string; ph: string; pid: number; tid: number; ts: number; dur?: number; tdur?: number }

/** Script of each frame in ms, of the thread that ran most of it. */
export function scriptPerFrame(events: readonly Traced[]): number[] {
  const thread = ({ pid, tid }: Traced) => `${pid} ${tid}`
  const busy = new Map<string, number>()
  for (const event of events)
    if (event.ph === 'X' && SCRIPT.has(event.name))
      busy.set(thread(event), (busy.get(thread(event)) ?? 0) + (event.dur ?? 0))
  const [main] = [...busy].sort((a, b) => b[1] - a[1])[0] ?? ['']
  const own = events.filter((event) => thread(event) === main)
  // A frame is what lies between two that were handed over for painting.
  const begins = own
    .filter(({ name }) => name === 'Commit')
    .map(({ ts }) => ts)
    .sort((a, b) => a - b)
  const frames = begins.map(() => 0)
  let frame = 0
  let until = 0
  // One inside another counts once.
  for (const { ts, dur = 0, tdur = dur } of own
    .filter(({ ph, name }) => ph === 'X' && SCRIPT.has(name))
    .sort((a, b) => a.ts - b.ts)) {
    while (frame + 1 < begins.length && begins[frame + 1]! <= ts) frame += 1
    if (ts < until) continue
    until = ts + dur
    if (begins.length > 0 && ts >= begins[0]!) frames[frame]! += tdur / 1000
  }
  // The last has no end of its own.
  return frames.slice(0, -1)
}

const GRID = `document.querySelector('#customers-grid')`
const loaded = (page: Page) =>
  page.evaluate<number>(`(() => {
    const row = ${GRID}.querySelector('.dr')
    return Math.floor(${GRID}.querySelector('.body').offsetHeight / row.offsetHeight)
  })()`)

/** As a person does it: to the end, and again, until so many rows are there. */
async function loadRows(page: Page, rows: number): Promise<void> {
  for (let there = await loaded(page), stuck = 0; there < rows && stuck < 200; ) {
    await page.evaluate(`${GRID}.scrollTop = ${GRID}.scrollHeight`)
    await page.waitForTimeout(20)
    const now = await loaded(page)
    stuck = now === there ? stuck + 1 : 0
    there = now
  }
}

async function heapMb(cdp: CDPSession): Promise<number> {
  for (let i = 0; i < 3; i++) await cdp.send('HeapProfiler.collectGarbage')
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')!.value / 1024 / 1024
}

/** By the browser's own gesture, as a wheel or a finger does it: no script of ours is in a frame. */
const scroll = (cdp: CDPSession, px: number) =>
  cdp.send('Input.synthesizeScrollGesture', {
    x: 700,
    y: 500,
    yDistance: -px,
    speed: SPEED_PX_S,
    preventFling: true,
  })

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

/** `page` stands in the list of customers. */
export async function scrolling(browser: Browser, page: Page, say: Say): Promise<Figure[]> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable')
  const heap: number[] = []
  let rows = 0
  for (const mark of MARKS) {
    say(`scrolling the list of customers: ${mark} rows`)
    await loadRows(page, mark)
    heap.push(await heapMb(cdp))
    rows = await loaded(page)
    if (rows < mark) break
  }
  await page.evaluate(`${GRID}.scrollTop = 0`)
  await page.waitForTimeout(500)
  await browser.startTracing(page, {
    categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8'],
  })
  await scroll(cdp, DISTANCE_PX)
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: Traced[] }
  const frames = scriptPerFrame(trace.traceEvents).sort((a, b) => a - b)
  await scroll(cdp, -DISTANCE_PX)
  await scroll(cdp, DISTANCE_PX)
  heap.push(await heapMb(cdp))
  const p95 = at(frames, 0.95)
  const [first, , full, after] = heap as [number, number, number, number]
  const growth = after / full - 1
  const mb = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(1))
  const whole = rows >= MARKS.at(-1)!
  return [
    figure(
      'web',
      `scrolling ${rows} loaded rows, 100 a second: script per frame`,
      'p95 ≤ 8 ms',
      `p50 ${at(frames, 0.5).toFixed(1)}  p95 ${p95.toFixed(1)}  max ${at(frames, 1).toFixed(1)} ms over ${frames.length} frames`,
      frames.length > 100 && p95 <= 8,
    ),
    figure(
      'web',
      'scrolling: memory of the page, JavaScript heap after collection',
      'flat after 10,000 rows (≤ 5 %)',
      whole
        ? `${MARKS.map((mark, i) => `${mark}: ${mb(heap[i])}`).join('  ')} MB, ${((1024 * (full - first)) / (MARKS[2] - MARKS[0])).toFixed(1)} KB a row; after scrolling on ${mb(after)} MB (${(growth * 100).toFixed(1)} %)`
        : `only ${rows} rows`,
      whole && growth <= 0.05,
    ),
  ]
}
