import { spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { inlineMore } from '../../src/cli/optimiser.ts';
import { checkOut, compare, type Comparison, type OtherCommit } from './against.ts';
import { type Bench, measure, nameOf, type Row } from './bench.ts';
import { BENCHES } from './benches.ts';

const USAGE = `npm run bench [-- OPTION...]: what the engine does in a second on this machine.
  --json           a list of rows for programs; the machine is told on the error stream
  --suite NAME     only this suite; those that take minutes run only so
  --only TEXT      only rows whose name (suite and policy) contains TEXT
  --runs N         timed runs of each row, default 5
  --against REV    each row by turns with another commit
  --list           names of all suites
Each row has a process of its own, so that none inherits what the compiler learned from another, and is measured after
warm-ups. A row with a known answer says whether it came out right: a fast wrong answer is no answer.
`;
const VALUES = ['--suite', '--only', '--runs', '--against', '--row'] as const;
const SWITCHES = ['--json', '--list', '--help'] as const;

/** The options given; undefined when they make no sense, which is told. */
function readOptions(argv: readonly string[]): ReadonlyMap<string, string> | undefined {
  const options = new Map<string, string>();
  for (let i = 0; i < argv.length; i++) {
    const flag = argv[i]!;
    if ((SWITCHES as readonly string[]).includes(flag)) options.set(flag, '');
    else if ((VALUES as readonly string[]).includes(flag) && argv[i + 1] !== undefined)
      options.set(flag, argv[++i]!);
    else {
      console.error(`Unknown option, or one without its value: ${flag}\n\n${USAGE}`);
      return undefined;
    }
  }
  return options;
}

/** Measures one row in a fresh process, with the sources of `folder`. */
function measureApart(bench: Bench, runs: number, folder = '.'): Row {
  const script = ['--expose-gc', '--import', './scripts/typescript.mjs', 'test/bench/run.ts'];
  const args = [...script, '--row', nameOf(bench), '--runs', String(runs)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: folder });
  if (status !== 0) throw new Error(`${nameOf(bench)}: ${stderr}`);
  return JSON.parse(stdout) as Row;
}

function machine(): string {
  const [cpu] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `${cpu?.model ?? 'unknown'}, ${cpus().length} cores, ${memory}, Node ${process.version}, ${process.platform}`;
}

function textOf({
  suite,
  policy,
  rate,
  unit,
  medianSeconds,
  madSeconds,
  cpuSeconds,
  rssMb,
  ...rest
}: Row): string {
  const spread = `± ${((100 * madSeconds) / medianSeconds).toFixed(1)} %`;
  return [
    `${suite} ${policy}`.padEnd(40),
    Math.round(rate).toLocaleString('en').padStart(11),
    unit.padEnd(13),
    `${medianSeconds.toFixed(3)} s`.padStart(9),
    spread.padStart(9),
    `cpu ${cpuSeconds.toFixed(3)} s`.padStart(12),
    `${Math.round(rssMb)} MB`.padStart(8),
    rest.checksum.length > 24 ? `${rest.checksum.slice(0, 23)}…` : rest.checksum,
    rest.check,
  ].join(' ');
}

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv);
  if (options === undefined) return 2;
  const own = options.get('--row');
  const runs = Number(options.get('--runs') ?? 5);
  if (!Number.isInteger(runs) || runs < (own === undefined ? 1 : 0)) {
    console.error(`--runs is not a whole number from 1 on: ${options.get('--runs')}`);
    return 2;
  }
  if (own !== undefined) {
    inlineMore();
    console.log(JSON.stringify(await measure(BENCHES.find((bench) => nameOf(bench) === own)!, runs)));
    return 0;
  }
  if (options.has('--help')) console.log(USAGE);
  if (options.has('--list')) console.log([...new Set(BENCHES.map(({ suite }) => suite))].join('\n'));
  if (options.has('--help') || options.has('--list')) return 0;
  const suite = options.get('--suite');
  const chosen = BENCHES.filter(
    (bench) =>
      (suite === undefined ? bench.isLong !== true : bench.suite === suite) &&
      nameOf(bench).includes(options.get('--only') ?? ''),
  );
  if (chosen.length === 0) {
    console.error(`No row is called that; --list tells the suites`);
    return 2;
  }
  return measureAll(chosen, runs, options.has('--json'), options.get('--against'));
}

function measureAll(
  chosen: readonly Bench[],
  runs: number,
  json: boolean,
  against: string | undefined,
): number {
  const tell = json ? console.error : console.log;
  tell(`${machine()}; median of ${runs} runs after warm-up\n`);
  const other = against === undefined ? null : checkOut(against);
  if (other?.hasOwnBenches === true)
    tell(`${against} runs its own benches: it lacks what those here ask for\n`);
  const results: unknown[] = [];
  let isRight = true;
  try {
    for (const bench of chosen) {
      const missing = bench.missing?.();
      if (missing !== undefined) {
        tell(`${nameOf(bench).padEnd(40)} left out: ${missing}`);
        continue;
      }
      // A run of minutes needs neither warm-up nor company: the first is the answer.
      const timed = bench.isLong === true ? 0 : runs;
      if (other === null) {
        const row = measureApart(bench, timed);
        results.push(row);
        isRight &&= row.check !== 'WRONG';
        if (!json) console.log(textOf(row));
        continue;
      }
      const comparison = compareWith(other, bench, { runs, timed });
      if (comparison === null) {
        tell(`${nameOf(bench).padEnd(40)} left out: ${against} does not have it`);
        continue;
      }
      results.push(comparison);
      isRight &&= comparison.here.check !== 'WRONG';
      const answer = comparison.sameAnswer ? 'same answer' : 'OTHER ANSWER';
      tell(`${nameOf(bench).padEnd(40)} ${comparison.speedUp.toFixed(2)} x as fast as ${against}, ${answer}`);
    }
  } finally {
    other?.close();
  }
  if (json) console.log(JSON.stringify(results, null, 2));
  return isRight ? 0 : 1;
}

/** Null when the other commit does not have the row. */
function compareWith(
  { folder: there, hasOwnBenches }: OtherCommit,
  bench: Bench,
  { runs, timed }: { readonly runs: number; readonly timed: number },
): Comparison | null {
  const measureIn = (folder: string) => measureApart(bench, Math.min(timed, 1), folder);
  if (!hasOwnBenches) return compare(runs, there, measureIn);
  try {
    measureIn(there);
  } catch {
    return null;
  }
  return compare(runs, there, measureIn);
}

process.exitCode = await main(process.argv.slice(2));
