import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { type Running, startGuanxi } from '../bench/process.ts'
import { browserPath, launchArgs } from './browser.ts'

/** Guanxi as a newcomer finds it: an empty home (in a path with a space), its one line, a browser. */
export type Visit = {
  guanxi: Running
  browser: Browser
  link: string
  home: string
  complaints: string[]
  open(options?: BrowserContextOptions): Promise<Page>
  end(): Promise<void>
}

export async function visit(): Promise<Visit> {
  const home = await mkdtemp(join(tmpdir(), 'guanxi e2e '))
  const guanxi = await startGuanxi({ GUANXI_HOME: home, PORT: '0', GUANXI_LOG: 'warn' })
  const browser = await chromium.launch({ executablePath: browserPath(), args: launchArgs })
  const complaints: string[] = []
  return {
    guanxi,
    browser,
    home,
    complaints,
    link: /http\S+\/setup#token=\S+/.exec(guanxi.line)?.[0] ?? '',
    open: async (options = {}) => {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        locale: 'en',
        timezoneId: 'Europe/London',
        acceptDownloads: true,
        ...options,
      })
      const page = await context.newPage()
      page.setDefaultTimeout(40_000)
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
      page.on('response', (response) => {
        if (response.status() >= 500) complaints.push(`${page.url()}: ${response.status()} ${response.url()}`)
      })
      // A refused style or script shows itself here only.
      page.on('console', (message) => {
        if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
          complaints.push(`${page.url()}: ${message.text()}`)
      })
      return page
    },
    end: async () => {
      await browser.close()
      await guanxi.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

export const admin = {
  company: 'Northwind 北风',
  name: '王敏',
  email: 'wang.min@northwind.example',
  password: 'a sentence nobody guesses',
}

/** The set-up form, filled in as a person does. */
export async function setUp(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await page.getByLabel('Company').fill(admin.company)
  await page.getByLabel('Base currency').fill('GBP')
  await page.keyboard.press('Enter')
  await page.getByLabel('Your name').fill(admin.name)
  await page.getByLabel('E-mail').fill(admin.email)
  await page.getByLabel('Choose a password').fill(admin.password)
  await page.getByRole('button', { name: 'Create and enter' }).click()
  await page.waitForURL('**/customers')
}

/** Drop, look, run: waits for the report's heading and returns it. */
export async function importFile(
  page: Page,
  url: string,
  file: string | { name: string; mimeType: string; buffer: Buffer },
): Promise<string> {
  await page.goto(`${url}/import`)
  await page.locator('input[type=file]').setInputFiles(file)
  await page.getByRole('button', { name: 'See what will happen' }).click()
  await page.getByRole('button', { name: /^Import (anyway|[\d,]+ lines?)/ }).click()
  const heading = page.getByRole('heading', { name: /^Done:/ })
  await heading.waitFor({ timeout: 60_000 })
  return heading.innerText()
}
