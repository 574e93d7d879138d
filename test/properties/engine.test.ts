import { simulate } from '../../src/experiment/simulate.ts';
import { loadCatalogue } from '../../src/io/catalogue.ts';
import { findScheduler } from '../../src/schedulers/registry.ts';
import { MemoryLog } from '../../src/telemetry/event-log.ts';
import { defineEngineProperties } from './engine-properties.ts';

const catalogue = loadCatalogue();

/** The properties of a simulator, asked of the engine: kernel, store, schedulers, controllers, telemetry and bill. */
defineEngineProperties((plan, { log }) => {
  const platform = plan.platforms[0]!;
  const memory = new MemoryLog();
  const definition = findScheduler(platform.scheduler.name)!;
  const { summary } = simulate({
    plan,
    platform,
    planHash: '',
    tables: new Map(),
    scheduler: {
      ...definition,
      // In half of the worlds every index of the scheduler is in use and compared with a scan.
      create: (options) => definition.create(options, { verify: plan.workload.jobs.length % 2 === 0 }),
    },
    prices: { ebs: catalogue.ebsPrices(plan.region), services: catalogue.servicePrices(plan.region) },
    pricesAsOf: catalogue.pricesAsOf(plan.region),
    ...(log ? { log: memory } : {}),
  });
  return { log: memory.records, summary };
});
