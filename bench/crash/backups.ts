import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root, runScript } from '../process.ts'
import { ask, environment, killDatabase, type Place, read, type Seat } from './seat.ts'

const PATIENCE_MS = 180_000
type Backup = { id: number; file: string; state: string; bytes: number; taken_at: string | null }
export type BackupCounts = { asked: number; whole: number; failed: number; broken: number }

/** A backup is whole, or its row says that it failed; what says `done` can be restored. */
export class Backups {
  #asked = 0
  async begin(seat: Seat): Promise<void> {
    const answer = await ask(seat, 'POST', '/backups', { body: {} })
    if (answer?.status === 201) this.#asked++
  }
  async settle(seat: Seat): Promise<BackupCounts> {
    const until = Date.now() + PATIENCE_MS
    let all = await this.#all(seat)
    while (all.some((one) => one.state === 'running') && Date.now() < until) {
      await sleep(500)
      all = await this.#all(seat)
    }
    const whole = all.filter((one) => one.state === 'done')
    const newest = whole[0]
    const checked = newest
      ? await runScript(
          'apps/cli.ts',
          ['restore', '--check', join(seat.home, 'backups', newest.file)],
          '',
          seat.env,
        )
      : { code: 0, out: '', err: '' }
    if (checked.code !== 0) console.error(`trial restore of ${newest?.file}: ${checked.out}${checked.err}`)
    const stuck = all.filter((one) => one.state === 'running').length
    return {
      asked: this.#asked,
      whole: whole.length,
      failed: all.filter((one) => one.state === 'failed').length,
      broken: stuck + (checked.code === 0 ? 0 : 1) + Math.max(0, this.#asked - all.length),
    }
  }
  async #all(seat: Seat): Promise<Backup[]> {
    const { items } = await read<{ items: Backup[] }>(seat, '/backups?limit=200')
    return items.toSorted((a, b) => (b.taken_at ?? '').localeCompare(a.taken_at ?? ''))
  }
}

export type RestoreCounts = { tried: number; killed: number; whole: number; half: number }

/** A second house is put back to one of two states, and killed in the midst: it is in the one or the other, whole. */
export class Restores {
  readonly #env: Record<string, string>
  readonly #home: string
  readonly #states: { file: string; parties: number }[] = []
  #counts: RestoreCounts = { tried: 0, killed: 0, whole: 0, half: 0 }
  constructor(home: string) {
    this.#home = `${home} restored`
    this.#env = environment(this.#home)
  }
  #cli(args: string[]) {
    return runScript('apps/cli.ts', args, '', this.#env)
  }
  async prepare(): Promise<void> {
    mkdirSync(this.#home, { recursive: true })
    await this.#cli(['key', 'create', '--role', 'administrator', '--name', 'crash'])
    for (const parties of [40, 60]) {
      const csv = join(this.#home, `parties-${parties}.csv`)
      const rows = Array.from({ length: parties }, (_, i) => `X${i},Company ${i},customer`)
      writeFileSync(csv, `id,name,role\n${rows.join('\n')}\n`)
      const taken = await this.#cli(['import', 'parties', csv, '--source', 'restore'])
      const file = join(this.#home, `state-${parties}.zip`)
      const backed = await this.#cli(['backup', file])
      if (taken.code !== 0 || backed.code !== 0) throw new Error(`restores: ${taken.err}${backed.err}`)
      this.#states.push({ file, parties })
    }
  }
  /** `after_ms` null: not killed. */
  async attempt(place: Place, after_ms: number | null): Promise<void> {
    const target = this.#states[this.#counts.tried++ % 2]!
    const child = spawn(process.execPath, [join(root, 'apps/cli.ts'), 'restore', target.file, '--replace'], {
      env: { ...process.env, ...this.#env },
      stdio: 'ignore',
    })
    const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)))
    if (after_ms !== null) {
      await Promise.race([ended, sleep(after_ms)])
      if (child.exitCode === null) this.#counts.killed++
      if (place !== 'postgres') child.kill('SIGKILL')
      if (place !== 'guanxi') killDatabase(this.#home)
    }
    const code = await ended
    const list = join(this.#home, `parties-${this.#counts.tried}.csv`)
    const exported = await this.#cli(['export', 'parties', '--format', 'csv', '--output', list])
    if (exported.code !== 0) throw new Error(`after a restore: ${exported.err}`)
    const parties = readFileSync(list, 'utf8')
      .split('\n')
      .filter((line) => line.includes('Company ')).length
    const fits =
      code === 0 ? parties === target.parties : this.#states.some((state) => state.parties === parties)
    if (fits) this.#counts.whole++
    else this.#counts.half++
  }
  end(): void {
    killDatabase(this.#home)
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 9, retryDelay: 50 })
  }
  async settle(): Promise<RestoreCounts & { audit_ok: boolean }> {
    const { code } = await this.#cli(['audit', 'verify'])
    return { ...this.#counts, audit_ok: code === 0 }
  }
}
