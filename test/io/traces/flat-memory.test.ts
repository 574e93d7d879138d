import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { readCsvTrace } from '../../../src/io/traces/csv.ts';
import { traceFolder, WHOLE_TRACE } from '../../support/trace-files.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const { write, writeGzip } = traceFolder();

const MEBIBYTE = 2 ** 20;
const COLUMNS = new Map([
  ['submit', 'start:s'],
  ['runtime', 'length:s'],
  ['cpu', 'cores:vcpu'],
  ['memory', 'mem:MiB'],
]);

/** Rows of 31 bytes, most of which lie behind the window of `largestLiveBytes`. */
function csvOf(rows: number): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const name = String((row * 7919) % 10_000_019).padStart(8, '0');
    return `job-${name},${String(row).padStart(7, '0')},60,2,1024`;
  });
  return `job,start,length,cores,mem\n${lines.join('\n')}\n`;
}

/** Heap and buffers after collecting garbage, at the worst of ten moments of a reading that keeps a hundred rows. */
async function largestLiveBytes(file: string, rows: number): Promise<number> {
  let row = 0;
  let largest = 0;
  const draw = () => {
    row += 1;
    if (row % (rows / 10) === 0) {
      collectGarbage();
      const { heapUsed, external } = process.memoryUsage();
      largest = Math.max(largest, heapUsed + external);
    }
    return 0;
  };
  const window = { fromMs: 0, toMs: 100_000 };
  const { length } = await readCsvTrace(
    file,
    { ...WHOLE_TRACE, format: 'csv', columns: COLUMNS, window },
    draw,
  );
  expect([length, row]).toEqual([100, rows]);
  return largest;
}

test.each([
  { name: 'a plain file', store: write },
  { name: 'a packed file', store: writeGzip },
])('$name ten times as long takes no more memory to read', async ({ name, store }) => {
  // 3 MB and 31 MB: both are longer than all buffers together.
  const short = store(`${name}.short`, csvOf(100_000));
  const long = store(`${name}.long`, csvOf(1_000_000));
  await largestLiveBytes(short, 100_000);
  const before = await largestLiveBytes(short, 100_000);
  // The short package fits one chunk, of the long one two or three of 1 MiB are under way. A file kept would be 28 MB.
  expect((await largestLiveBytes(long, 1_000_000)) - before).toBeLessThan(8 * MEBIBYTE);
});
