import { statfsSync } from 'node:fs'
import { totalmem } from 'node:os'

const MB = 1024 * 1024

/** A container's limit counts, not the machine's memory. */
function memory_mb(): number {
  const limit = process.constrainedMemory()
  return Math.min(limit > 0 ? limit : Number.POSITIVE_INFINITY, totalmem()) / MB
}

const between = (low: number, value: number, high: number) => Math.round(Math.min(high, Math.max(low, value)))

/** Docker gives /dev/shm 64 MB, which one parallel hash join fills. */
function roomInShm(): boolean {
  try {
    const { blocks, bsize } = statfsSync('/dev/shm')
    return blocks * bsize >= 512 * MB
  } catch {
    return process.platform !== 'linux'
  }
}

/** Written at every start; what stands after the include in postgresql.conf wins. */
export function tunedSettings(log_folder: string): Record<string, string> {
  const memory = memory_mb()
  return {
    max_connections: '100',
    shared_buffers: `${between(64, memory / 16, 1024)}MB`,
    effective_cache_size: `${between(256, memory / 2, 65_536)}MB`,
    work_mem: '32MB',
    maintenance_work_mem: `${between(64, memory / 16, 256)}MB`,
    ...(roomInShm() ? {} : { dynamic_shared_memory_type: 'mmap' }),
    max_wal_size: '4GB',
    // An import's transaction is far larger than the default of 16 MB: with that its own backend writes the log, an
    // import took 8.4 s, with these 6.1 s (docs/benchmarks.md). What is acknowledged is flushed as ever.
    wal_buffers: `${between(16, memory / 256, 64)}MB`,
    wal_writer_flush_after: '16MB',
    min_wal_size: '256MB',
    checkpoint_timeout: '15min',
    checkpoint_completion_target: '0.9',
    wal_compression: 'pglz',
    random_page_cost: '1.1',
    ...(process.platform === 'linux' ? { effective_io_concurrency: '64' } : {}),
    jit: 'off',
    autovacuum_naptime: '30s',
    autovacuum_vacuum_scale_factor: '0.1',
    autovacuum_analyze_scale_factor: '0.05',
    autovacuum_vacuum_cost_limit: '1000',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'on',
    log_directory: log_folder,
    log_filename: 'postgres-%a.log',
    log_truncate_on_rotation: 'on',
    log_rotation_age: '1d',
    log_rotation_size: '0',
    log_file_mode: '0600',
    log_line_prefix: '%m [%p] %q%u@%d ',
    log_lock_waits: 'on',
    // DETAIL lines and failed statements quote people's data: "Key (email)=(…) already exists".
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
  }
}

/** For tests: `kill -9` still loses nothing, a power cut would. */
export const unsafeSettings: Record<string, string> = {
  fsync: 'off',
  full_page_writes: 'off',
}

export const confFile = (settings: Record<string, string>): string =>
  `# Written by Guanxi at every start. Your own settings go into postgresql.conf, after the include.\n${Object.entries(
    settings,
  )
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join('')}`
