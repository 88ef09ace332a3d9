import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx } from '../../kernel/ctx.ts'
import { defineModule } from '../../kernel/module.ts'
import { companyOf } from '../access/company.ts'
import { alerts, endAlert } from './alerts.ts'
import type { SettingsPatch } from './contract.model.ts'
import { value } from './contract.ts'
import { contracts } from './contracts.ts'
import { badDay } from './engine/run.ts'
import { valueFollows } from './follows.ts'
import {
  afterRun,
  contractHeard,
  dataChanged,
  nightly,
  orderHeard,
  quartersJob,
  runJob,
  startUnlessWaiting,
} from './jobs.ts'
import { valueKeeper } from './keeper.ts'
import { addNeed, changeNeed, importNeeds, needs, removeNeed } from './needs.ts'
import { breakdown } from './read/breakdown.ts'
import { customers, customersFile, risk } from './read/customers.ts'
import { bucket, cohorts, revenue } from './read/flows.ts'
import { modelPage, state } from './read/model.ts'
import { overview } from './read/overview.ts'
import { partyHistory, partyValue } from './read/party.ts'
import { classes, concentration, distribution, rfmMap } from './read/pictures.ts'
import { retention } from './read/retention.ts'
import { todayIn } from './rules.ts'
import { mustReachAll, patchSettings, settingsHistory, settingsOf } from './settings.ts'
import { spendSummary } from './spend.costs.ts'
import { importSpend } from './spend.import.ts'
import { addSpend, changeSpend, removeSpend, spends } from './spend.ts'
import {
  addSubscription,
  changeSubscription,
  importSubscriptions,
  removeSubscription,
  subscriptionsOf,
} from './subscriptions.ts'
import { figureText } from './text.figures.ts'
import { text } from './text.ts'

// Another model or clock is another fit; every other assumption only scores anew.
const REFITS = ['clock', 'model']

async function setSettings(ctx: Ctx, { body }: { body: SettingsPatch }) {
  const { settings, changed } = await patchSettings(ctx, body)
  if (changed.length === 0) return { ...settings, run_id: null }
  const kind = changed.some((key) => REFITS.includes(key)) ? 'fit' : 'score'
  return { ...settings, run_id: await startUnlessWaiting(ctx, { kind, because: 'settings', as_of: null }) }
}

const startRunNow = (ctx: Ctx, { body }: { body: { kind?: 'fit' | 'score'; as_of?: string } }) =>
  atomically(ctx, async (ctx) => {
    mustReachAll(ctx)
    const { time_zone } = await companyOf(ctx)
    if (body.as_of) badDay(body.as_of, todayIn(time_zone, ctx.now))
    const run_id = await startUnlessWaiting(ctx, {
      kind: body.kind ?? 'score',
      because: 'asked',
      as_of: body.as_of ?? null,
    })
    await record(ctx, { action: 'value.run_asked', subject: 'job_run', subject_id: run_id, event: false })
    return { run_id }
  })

export const module = defineModule({
  name: 'value',
  tables: [
    'value_settings',
    'value_fit',
    'value_snapshot',
    'customer_value',
    'value_due',
    'value_alert',
    'spend',
    'need',
    'subscription',
  ],
  routes: value,
  handlers: {
    state,
    overview,
    distribution,
    concentration,
    rfm: rfmMap,
    classes,
    cohorts,
    bucket,
    revenue,
    risk,
    retention,
    breakdown,
    model: modelPage,
    contracts,
    customers,
    customersFile,
    settings: settingsOf,
    setSettings,
    settingsHistory,
    run: startRunNow,
    ofParty: partyValue,
    historyOfParty: partyHistory,
    alerts,
    endAlert,
    spends,
    spendSummary,
    addSpend,
    changeSpend,
    removeSpend,
    importSpend,
    needs,
    addNeed,
    changeNeed,
    removeNeed,
    importNeeds,
    subscriptions: subscriptionsOf,
    addSubscription,
    changeSubscription,
    removeSubscription,
    importSubscriptions,
  },
  keeps: valueKeeper,
  follows: valueFollows,
  words: { ...text, ...figureText },
  jobs: [runJob, afterRun, quartersJob, orderHeard, contractHeard, dataChanged, nightly],
  consumers: [
    { event: 'orders.created', job: orderHeard },
    { event: 'orders.updated', job: orderHeard },
    { event: 'imports.imported', job: dataChanged },
    { event: 'imports.undone', job: dataChanged },
    { event: 'imports.redone', job: dataChanged },
    { event: 'sample.loaded', job: dataChanged },
    { event: 'sample.removed', job: dataChanged },
    { event: 'backups.restored', job: dataChanged },
    { event: 'parties.removed', job: orderHeard },
    { event: 'parties.restored', job: orderHeard },
    { event: 'orders.rate_set', job: dataChanged },
    { event: 'value.subscription_added', job: contractHeard },
    { event: 'value.subscription_changed', job: contractHeard },
    { event: 'value.subscription_removed', job: contractHeard },
  ],
})
