// Chunks per second that a queue shares out, without any simulation: node scripts/measure-queue.mjs URL [CHUNKS].
// What docs/sweeps.md says of throughput comes from here. Leaves nothing behind but finished chunks in the table.
import './typescript.mjs';
import { createPostgresBackend, Worker } from 'bullmq';

const [, , url, count = '5000'] = process.argv;
if (url === undefined)
  throw new Error('usage: node scripts/measure-queue.mjs postgres://…|redis://… [CHUNKS]');
const load = (path) => import(`../src/experiment/sweep/${path}.ts`);
const { parseQueueAddress } = await load('queue/queue-address');
const { connectQueue, NAMESPACE } = await load('queue/connect');
const { openChunkQueue, REMEMBERED } = await load('queue/chunk-queue');
const { QUEUE_SETTINGS } = await load('queue/queue-settings');
const { openResultTable } = await load('queue/result-table');
const { chunksOf } = await load('index-ranges');
const { encodeRecord } = await load('record');

const RUNS = 200;
const METRICS = 50;
const CONCURRENCY = 50;
const chunks = chunksOf(Number(count), 1);
const hash = `measure${process.pid}`.padEnd(64, '0');
const address = parseQueueAddress(url, 'URL');
const server = await connectQueue(address, (reason) => console.error(reason));
const queue = openChunkQueue(server, { plan: { hash }, chunks });

await timed('enqueue', chunks.count, () => queue.add(allChunks(), QUEUE_SETTINGS));
await timed('take and finish', chunks.count, takeAll);
if (address.kind === 'postgres') await timed(`keep ${RUNS} runs of ${METRICS} metrics`, 500, keepMany);
await queue.destroy();
await queue.close();

async function timed(what, times, action) {
  const before = process.cpuUsage();
  const startedMs = performance.now();
  await action(times);
  const seconds = (performance.now() - startedMs) / 1000;
  const { user, system } = process.cpuUsage(before);
  const cpuMicros = (user + system) / times;
  console.log(
    `${what}: ${(times / seconds).toFixed(0)} chunks/s, ${cpuMicros.toFixed(0)} µs of this process each`,
  );
}

function* allChunks() {
  for (let chunk = 0; chunk < chunks.count; chunk++) yield chunks.at(chunk);
}

function takeAll(times) {
  const connection =
    address.kind === 'redis'
      ? { url, maxRetriesPerRequest: null }
      : { connectionString: url, schema: NAMESPACE, max: 2 };
  const options = { connection, concurrency: CONCURRENCY, removeOnComplete: { count: REMEMBERED } };
  const prefix = address.kind === 'redis' ? { prefix: NAMESPACE } : {};
  const backend = address.kind === 'redis' ? [] : [createPostgresBackend];
  const digest = { runs: RUNS, sha256: '0'.repeat(64) };
  return new Promise((resolve) => {
    let left = times;
    const worker = new Worker(queue.name, async () => digest, { ...options, ...prefix }, ...backend);
    worker.on('completed', () => {
      left -= 1;
      if (left === 0) worker.close().then(resolve);
    });
  });
}

/** As a worker thread does it: a connection for each chunk. */
async function keepMany(times) {
  const metrics = Object.fromEntries(
    Array.from({ length: METRICS }, (_, metric) => [`some.metric${metric}`, Math.sqrt(metric + 2)]),
  );
  for (let chunk = 0; chunk < times; chunk++) {
    const first = chunk * RUNS;
    const lines = Array.from({ length: RUNS }, (_, at) => {
      const place = { index: first + at, point: 0, values: {}, platform: 'platform', seed: first + at };
      return encodeRecord({
        ...place,
        planHash: hash,
        fingerprint: hash.slice(0, 16),
        passed: true,
        metrics,
      });
    });
    const table = await openResultTable(address, hash);
    await table.keep({ first, last: first + RUNS - 1 }, lines);
    await table.close();
  }
}
