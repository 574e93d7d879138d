import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { ClusterRun } from '../../src/experiment/cluster-run.ts';
import { findScheduler } from '../../src/schedulers/registry.ts';
import { HOUR } from '../../src/units.ts';
import { lifetimes, monthTotal } from './billing.ts';
import { hold, holdDelays } from './hold.ts';
import { placementLoop } from './placement-loops.ts';
import { runSharedWorkload, SHARED_WORKLOADS, sharedTasks } from './shared-workloads.ts';
import { benchJobs, benchPlan, benchPlatform, benchType } from './worlds.ts';

/**
 * npm run bench [-- --json] [-- --only TEXT] [-- --runs N]: what the engine does in a second on this machine. Each row
 * has a process of its own, so that none inherits what the compiler learned from another, and is measured several times
 * after a warm-up; median and median absolute deviation. Rows with a check value say whether it came out right: a fast
 * wrong answer is no answer.
 */
interface Row {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly deviation: number;
  readonly runs: number;
  readonly check: 'right' | 'WRONG' | '';
  readonly peakMiB: number;
}

interface Bench {
  readonly name: string;
  readonly unit: string;
  /** Prepares, and returns what is timed: it answers the amount of work done and whether the answer was right. */
  prepare(): () => { readonly work: number; readonly right?: boolean };
}

const binpack = { placementStrategy: [{ type: 'binpack', field: 'memory' }] };
const spread = {
  placementStrategy: [
    { type: 'spread', field: 'attribute:ecs.availability-zone' },
    { type: 'spread', field: 'instanceId' },
  ],
};
const everyNode = { config: { percentageOfNodesToScore: 100 } };

function decisions(
  name: string,
  platform: Parameters<typeof placementLoop>[0],
  kind: 'service' | 'job',
  count: number,
): Bench {
  return {
    name: `decide ${name}, 5,000 instances`,
    unit: 'placements/s',
    prepare: () => {
      const loop = placementLoop(platform, 5000, kind);
      return () => ({ work: loop.run(count) });
    },
  };
}

function engine(name: string, platform: Parameters<typeof placementLoop>[0]): Bench {
  return {
    name: `engine ${name}, 5,000 instances, 120,000 tasks`,
    unit: 'events/s',
    prepare: () => () => {
      const plan = benchPlan(
        benchType(32, 128),
        5000,
        { jobs: benchJobs(160_000, 0.7, HOUR / 6) },
        20 * 60_000,
      );
      const run = new ClusterRun({
        plan,
        platform,
        tables: new Map(),
        scheduler: findScheduler(platform.scheduler.name)!,
      });
      run.run();
      return { work: run.kernel.eventsProcessed };
    },
  };
}

function holdBench(live: number, check: string): Bench {
  return {
    name: `kernel, hold model, ${live.toLocaleString('en')} live`,
    unit: 'events/s',
    prepare: () => {
      const delays = holdDelays();
      return () => ({ work: 2_000_000, right: hold(live, delays, { digest: false }) === check });
    },
  };
}

function billing(name: string, withVolumes: boolean, total: string): Bench {
  return {
    name,
    unit: 'lifetimes/s',
    prepare: () => {
      const usage = lifetimes(1_000_000, withVolumes);
      return () => ({ work: 1_000_000, right: monthTotal(usage) === total });
    },
  };
}

const BENCHES: readonly Bench[] = [
  holdBench(1000, '2996033623204352/2996076692'),
  holdBench(100_000, '30069441197578/30016652'),
  decisions('ecs binpack', benchPlatform('ecs', 'ecs', binpack), 'job', 20_000),
  decisions('ecs spread zone, instance', benchPlatform('ecs', 'ecs', spread), 'service', 5_000),
  decisions('kubernetes sampled, jobs', benchPlatform('kubernetes', 'kubernetes', {}), 'job', 50_000),
  decisions('kubernetes sampled, services', benchPlatform('kubernetes', 'kubernetes', {}), 'service', 20_000),
  decisions('kubernetes all nodes, jobs', benchPlatform('kubernetes', 'kubernetes', everyNode), 'job', 5_000),
  decisions('first-fit', benchPlatform('bare', 'first-fit', {}), 'job', 20_000),
  decisions('best-fit', benchPlatform('bare', 'best-fit', {}), 'job', 20_000),
  engine('ecs binpack', benchPlatform('ecs', 'ecs', binpack)),
  engine('kubernetes sampled', benchPlatform('kubernetes', 'kubernetes', {})),
  billing('bill-1e6, instances', false, '124438.9918725'),
  billing('bill-1e6, instances with root volumes', true, '127772.2743150926'),
  ...SHARED_WORKLOADS.filter(({ name }) => name === 'W2').flatMap((workload): Bench[] =>
    (['first-fit', 'best-fit'] as const).map((policy) => ({
      name: `${workload.name} ${policy}, whole engine`,
      unit: 'tasks/s',
      prepare: () => {
        const table = sharedTasks(workload);
        return () => ({
          work: workload.tasks,
          right: runSharedWorkload(workload, policy, table).check === workload.checks[policy],
        });
      },
    })),
  ),
];

function measure({ name, unit, prepare }: Bench, runs: number): Row {
  const timed = prepare();
  timed();
  const rates: number[] = [];
  let check: Row['check'] = '';
  for (let run = 0; run < runs; run++) {
    globalThis.gc?.();
    const startedNs = process.hrtime.bigint();
    const { work, right } = timed();
    rates.push(work / (Number(process.hrtime.bigint() - startedNs) / 1e9));
    if (right !== undefined && check !== 'WRONG') check = right ? 'right' : 'WRONG';
  }
  const median = middle(rates);
  const deviation = middle(rates.map((rate) => Math.abs(rate - median)));
  return { name, unit, median, deviation, runs, check, peakMiB: process.resourceUsage().maxRSS / 1024 };
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

const ROW_FLAG = '--row';

/** Measures one row in a fresh process. */
function measureApart(name: string, runs: number): Row {
  const args = [...process.execArgv, process.argv[1]!, ROW_FLAG, name, '--runs', String(runs)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name}: ${stderr}`);
  return JSON.parse(stdout) as Row;
}

function main(argv: readonly string[]): void {
  const flagValue = (flag: string) => (argv.includes(flag) ? argv[argv.indexOf(flag) + 1] : undefined);
  const runs = Number(flagValue('--runs') ?? 5);
  const own = flagValue(ROW_FLAG);
  if (own !== undefined) {
    console.log(JSON.stringify(measure(BENCHES.find(({ name }) => name === own)!, runs)));
    return;
  }
  const json = argv.includes('--json');
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
  if (!json) {
    console.log(
      `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; median of ${runs} runs after one warm-up\n`,
    );
  }
  const rows: Row[] = [];
  for (const { name } of BENCHES.filter((bench) => bench.name.includes(flagValue('--only') ?? ''))) {
    const row = measureApart(name, runs);
    rows.push(row);
    if (json) continue;
    const rate = Math.round(row.median).toLocaleString('en').padStart(12);
    const spreadText = `± ${((100 * row.deviation) / row.median).toFixed(1)} %`.padStart(9);
    const memory = `${Math.round(row.peakMiB)} MiB`.padStart(8);
    console.log(
      `${row.name.padEnd(56)} ${rate} ${row.unit.padEnd(13)} ${spreadText} ${memory}  ${row.check}`,
    );
  }
  if (json) console.log(JSON.stringify({ ...machine, rows }, null, 2));
  if (rows.some(({ check }) => check === 'WRONG')) process.exitCode = 1;
}

main(process.argv.slice(2));
