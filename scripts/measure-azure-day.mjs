// Measures one day of the Azure VM trace V1 (2017): joint counts of arrivals by hour, size and lifetime, the input of
// scenarios/azure-day. The trace itself is not part of this repository; the counts are.
//
//   node --import ./scripts/typescript.mjs scripts/measure-azure-day.mjs TRACES 2026-11-22 > azure-2017-day.json
//
// TRACES holds the folder azure-2017-vm-arrivals (huaweicloud/trace_generation_rnn, resources/traces and maps); the
// date goes into the file as the day of the measurement.
import { openAzure2017 } from '../src/io/traces/azure-2017.ts';
import { SAMPLE_MS } from '../src/io/traces/azure-2017-files.ts';
import { DAY, formatBytes, formatCpuMilli, HOUR } from '../src/units.ts';

// The day after the 21st midnight of the trace: the first whole day with durations, and with 2.3 days of observation
// after it, so that no lifetime of at most a day is censored.
const FROM_MS = 21 * DAY;
const TO_MS = FROM_MS + DAY;

const [folder, measured] = process.argv.slice(2);
if (folder === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(measured ?? '')) {
  process.stderr.write('usage: measure-azure-day.mjs TRACES YYYY-MM-DD\n');
  process.exit(2);
}
const trace = await openAzure2017(`${folder}/azure-2017-vm-arrivals`);
// The class of each bin: bins recorded as 0 s and as 300 s stand for the same lifetimes; the last class is open.
const classes = [];
const classOfBin = trace.lifetimes.map(({ fromMs, toMs }) => {
  if (toMs > DAY) return -1;
  if (classes.at(-1)?.toMs !== toMs) classes.push({ fromMs, toMs });
  return classes.length - 1;
});
classes.push({ fromMs: classes.at(-1).toMs, toMs: null });
const open = classes.length - 1;
const cells = new Map();
let censoredShort = 0;
await trace.visit((binEndMs, flavour, lifetimeBin, isCensored) => {
  const arrivalMs = binEndMs - SAMPLE_MS;
  if (arrivalMs < FROM_MS || arrivalMs >= TO_MS) return;
  const isShort = classOfBin[lifetimeBin] >= 0;
  if (isCensored && isShort) censoredShort += 1;
  const hour = Math.floor((arrivalMs - FROM_MS) / HOUR);
  const lifetime = isShort ? classOfBin[lifetimeBin] : open;
  const key = (hour * trace.flavours.length + flavour) * classes.length + lifetime;
  cells.set(key, (cells.get(key) ?? 0) + 1);
});
if (censoredShort > 0) throw new Error(`${censoredShort} lifetimes of the day are censored within a day`);

const lines = new Map();
for (const [key, count] of [...cells].sort(([a], [b]) => a - b)) {
  const lifetime = key % classes.length;
  const line = Math.floor(key / classes.length);
  const row = [Math.floor(line / trace.flavours.length), line % trace.flavours.length, lifetime, count];
  lines.set(line, [...(lines.get(line) ?? []), JSON.stringify(row)]);
}
const sizes = trace.flavours.map(({ cpuMilli, memoryBytes }) => ({
  cpu: formatCpuMilli(cpuMilli),
  memory: formatBytes(memoryBytes),
}));
const head = {
  format: 'stowage-distribution/1',
  name: 'azure-2017-day',
  source:
    'Azure VM trace V1 of 2017 (E. Cortez et al., Resource Central, SOSP 2017; github.com/Azure/AzurePublicDataset), ' +
    'in the form of github.com/huaweicloud/trace_generation_rnn, commit fa856db03753',
  licence: 'CC BY 4.0',
  measured,
  notes: [
    'Arrivals of the 22nd day of the trace, 1,814,400 s to 1,900,800 s; machines that run already when it begins are not included.',
    'Sizes as published: cores, and GB read as GiB.',
    'Lifetimes in the bins of the source. Recorded ones are multiples of 300 s; those recorded as 0 s and as 300 s are one class.',
    'The last class holds lifetimes of more than a day and those not yet over when the record ends.',
  ],
  window: { fromMs: FROM_MS, toMs: TO_MS },
  binMs: HOUR,
};
const list = (key, rows) => `  "${key}": [\n${rows.map((row) => `    ${row}`).join(',\n')}\n  ]`;
const text = JSON.stringify(head, null, 2).slice(0, -2);
process.stdout.write(
  `${[
    text,
    list(
      'sizes',
      sizes.map((size) => JSON.stringify(size)),
    ),
    list(
      'lifetimes',
      classes.map((lifetime) => JSON.stringify(lifetime)),
    ),
    list(
      'counts',
      [...lines.values()].map((rows) => rows.join(', ')),
    ),
  ].join(',\n')}\n}\n`,
);
