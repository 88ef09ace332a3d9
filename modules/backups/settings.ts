import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../kernel/ctx.ts'
import { fingerprintOf } from '../../kernel/seal.ts'
import { companyOf, writeSettings } from '../access/company.ts'
import { freeBytes } from './archive/file.ts'
import type { Settings } from './contract.ts'
import { folderOf, makeFolder } from './folder.ts'
import { type BackupSettings, defaultBackupSettings } from './rules.ts'

export async function backupSettings(ctx: Ctx): Promise<BackupSettings> {
  const [row] = await planned<{ value: Partial<BackupSettings> }>(
    ctx,
    "select value from setting where key = 'backups'",
    [],
  )
  return { ...defaultBackupSettings, ...row?.value }
}

export async function settings(ctx: Ctx): Promise<Settings> {
  await makeFolder(ctx.house)
  return {
    ...(await backupSettings(ctx)),
    folder: folderOf(ctx.house),
    free_bytes: await freeBytes(folderOf(ctx.house)),
    zone: (await companyOf(ctx)).time_zone,
    key_fingerprint: fingerprintOf(ctx.house.seal_key),
  }
}

export async function changeSettings(
  ctx: Ctx,
  { body }: { body: Partial<BackupSettings> },
): Promise<Settings> {
  await atomically(ctx, async (ctx) => {
    await planned(ctx, "select from setting where key = 'backups' for update", [])
    const before = await backupSettings(ctx)
    await writeSettings(ctx, { backups: { ...before, ...body } })
    await record(ctx, {
      action: 'backups.settings_changed',
      subject: 'setting',
      subject_id: 0,
      was: Object.fromEntries(Object.keys(body).map((key) => [key, before[key as keyof BackupSettings]])),
      event: false,
    })
  })
  return settings(ctx)
}
