import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/**
 * Runs recorded decisions against the engine: every *.jsonl (or .jsonl.gz) file of a folder, in the format of its
 * suite. Prints one line per failing case and the count; exit code 8 when a case differs, 3 when a file cannot be
 * read as that format. Cases that need what is not built yet count as not agreeing and are listed by reason.
 */
export type CaseOutcome = { readonly agree: boolean; readonly difference?: string } | 'unsupported';

interface Suite {
  readonly runCase: (input: never) => CaseOutcome;
  /** Reads what the cases of a folder share. */
  readonly openFolder?: (folder: string) => void;
}

const SUITES: Readonly<Record<string, () => Promise<Suite>>> = {
  kubernetes: () => import('./kubernetes.ts'),
  ecs: () => import('./ecs.ts'),
  billing: () => import('./billing.ts'),
  controllers: () => import('./controllers.ts'),
  karpenter: () => import('./karpenter.ts'),
};

async function main([suite, folder]: readonly string[]): Promise<number> {
  const load = suite === undefined || !Object.hasOwn(SUITES, suite) ? undefined : SUITES[suite];
  if (load === undefined || folder === undefined) {
    console.error(`usage: npm run conformance -- SUITE DIR\nsuites: ${Object.keys(SUITES).join(', ')}`);
    return 2;
  }
  const { runCase, openFolder } = await load();
  openFolder?.(folder);
  let total = 0;
  let agreeing = 0;
  let unsupported = 0;
  for (const file of readdirSync(folder).filter((name) => /\.jsonl(?:\.gz)?$/.test(name)).sort()) {
    let fileTotal = 0;
    let fileAgreeing = 0;
    for (const [index, line] of linesOf(join(folder, file)).entries()) {
      const testCase = parseCase(file, index, line);
      if (testCase === null) return 3;
      fileTotal += 1;
      const outcome = runCase(testCase as never);
      if (outcome === 'unsupported') unsupported += 1;
      else if (outcome.agree) fileAgreeing += 1;
      else console.log(`${(testCase as { id: string }).id}: ${outcome.difference ?? 'differs'}`);
    }
    total += fileTotal;
    agreeing += fileAgreeing;
    console.log(`${file}: ${fileAgreeing} of ${fileTotal}`);
  }
  if (unsupported > 0) console.log(`${unsupported} cases need what stowage does not model yet`);
  console.log(`${suite}: ${agreeing} of ${total} cases agree`);
  return agreeing === total ? 0 : 8;
}

function linesOf(path: string): string[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text.split('\n').filter((line) => line !== '');
}

function parseCase(file: string, index: number, line: string): unknown {
  try {
    const value = JSON.parse(line) as { id?: unknown };
    if (typeof value?.id === 'string') return value;
    console.error(`${file}:${index + 1}: a case has a text 'id'`);
  } catch (error) {
    console.error(`${file}:${index + 1}: ${(error as Error).message}`);
  }
  return null;
}

process.exit(await main(process.argv.slice(2)));
