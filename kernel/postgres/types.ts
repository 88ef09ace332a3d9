/** What the launcher needs of a logger. */
export type LaunchLog = {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
}

export type EmbeddedOptions = {
  /** GUANXI_HOME, absolute. */
  readonly home: string
  readonly log: LaunchLog
  /** Off only in tests that never pull the plug. */
  readonly fsync?: boolean
  /** PostgreSQL settings over ours. */
  readonly settings?: Readonly<Record<string, string>>
  /** A folder with bin/postgres and bin/initdb in place of the packaged one. */
  readonly binaries?: string
}

/** `owner` migrates and owns the database; `app` works in it, without DDL. */
export type DatabaseUrls = { readonly owner: string; readonly app: string }

export type EmbeddedServer = {
  readonly kind: 'embedded'
  readonly urls: DatabaseUrls
  /** "18.4" */
  readonly version: string
  /** The postmaster's; another one after it had to be started again. */
  readonly pid: number
  /** The server was alive already: left over by a killed Guanxi, or shared with a running one. */
  readonly reattached: boolean
  /** Leaves; the last Guanxi process to leave stops PostgreSQL. */
  stop(): Promise<void>
}
