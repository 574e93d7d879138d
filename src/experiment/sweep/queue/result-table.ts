import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Client } from 'pg';
import { InputError } from '../../../errors.ts';
import type { IndexRange } from '../index-ranges.ts';
import { connectPostgres, NAMESPACE, unreachableServer } from './connect.ts';
import type { QueueAddress } from './queue-address.ts';

const TABLE = `${NAMESPACE}.sweep_chunks`;
/** Runs of chunks that are not finished. */
const JOURNAL = `${NAMESPACE}.sweep_runs`;
/** Key of the lock under which tables are made: two who create one at once would meet in the catalogue. */
const CREATE_LOCK = 0x73776565;

/**
 * Finished chunks in PostgreSQL. A chunk that is there stays as it is; whoever has done it again must have the same
 * lines, by SHA-256 of them unpacked: packed they may differ between versions of zlib. `differing` keeps the others.
 */
const SCHEMA = `
create schema if not exists ${NAMESPACE};
create table if not exists ${TABLE} (
  plan_hash text not null,
  first_run bigint not null,
  last_run bigint not null,
  sha256 text not null,
  lines bytea not null,
  differing bytea,
  primary key (plan_hash, first_run, last_run)
);
alter table ${TABLE} alter column lines set storage external;
create table if not exists ${JOURNAL} (
  plan_hash text not null,
  first_run bigint not null,
  last_run bigint not null,
  run bigint not null,
  line bytea not null,
  primary key (plan_hash, first_run, last_run, run)
);`;

/** A run of a chunk that is not finished: its line. */
export interface NotedRun {
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** A chunk in the table, without its runs. */
export interface ChunkRow extends IndexRange {
  readonly sha256: string;
}

/** The results of one sweep in a database. */
export interface ResultTable {
  /** Chunks that are there, by their first run. */
  list(): Promise<ChunkRow[]>;
  has(range: IndexRange): Promise<boolean>;
  /** The lines of a chunk as they are kept, which is as a part file has them; null when they are damaged. */
  packed(row: ChunkRow): Promise<Uint8Array | null>;
  /** Runs of a chunk that is not finished, as somebody has left them. */
  noted(range: IndexRange): Promise<NotedRun[]>;
  /** Adds to them, unless the chunk is finished by now. */
  note(range: IndexRange, runs: readonly NotedRun[]): Promise<void>;
  /** Keeps the lines of a chunk if it is absent. Errors: E4007 when it is there with other lines. */
  keep(range: IndexRange, lines: readonly Uint8Array[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens the results of a plan; makes the table if there is none. Errors: E4009, E4010. */
export async function openResultTable(address: QueueAddress, planHash: string): Promise<ResultTable> {
  const client = await connectPostgres(address);
  const ask = <Row>(text: string, values: readonly unknown[]): Promise<Row[]> =>
    client.query(text, [...values]).then(
      ({ rows }) => rows as Row[],
      (error) => Promise.reject(unreachableServer(address, error)),
    );
  try {
    await makeTable(client);
  } catch (error) {
    await client.end();
    throw unreachableServer(address, error);
  }
  const keyOf = ({ first, last }: IndexRange) => [planHash, first, last];
  return {
    async list() {
      const rows = await ask<Record<'first' | 'last' | 'sha256', string>>(
        `select first_run as first, last_run as last, sha256 from ${TABLE} where plan_hash = $1 order by 1, 2`,
        [planHash],
      );
      return rows.map(({ first, last, sha256 }) => ({ first: Number(first), last: Number(last), sha256 }));
    },
    async has(range) {
      return (await ask(`select 1 from ${TABLE} where ${IS_KEY}`, keyOf(range))).length > 0;
    },
    async packed(row) {
      const [found] = await ask<{ lines: Buffer }>(`select lines from ${TABLE} where ${IS_KEY}`, keyOf(row));
      return found !== undefined && isWhole(row, found.lines) ? found.lines : null;
    },
    async noted(range) {
      const rows = await ask<{ run: string; line: Buffer }>(
        `select run, line from ${JOURNAL} where ${IS_KEY}`,
        keyOf(range),
      );
      return rows.map(({ run, line }) => ({ index: Number(run), bytes: line }));
    },
    async note(range, runs) {
      await ask(
        `insert into ${JOURNAL} (plan_hash, first_run, last_run, run, line)
        select $1::text, $2::bigint, $3::bigint, * from unnest($4::bigint[], $5::bytea[])
        where not exists (select 1 from ${TABLE} where ${IS_KEY}) on conflict do nothing`,
        [...keyOf(range), runs.map(({ index }) => index), runs.map(({ bytes }) => bytes)],
      );
    },
    async keep(range, lines) {
      const bytes = Buffer.concat(lines);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const packed = gzipSync(bytes);
      const [there] = await ask<{ sha256: string }>(
        `with kept as (
          insert into ${TABLE} (plan_hash, first_run, last_run, sha256, lines) values ($1, $2, $3, $4, $5)
          on conflict do nothing returning sha256
        ), finished as (delete from ${JOURNAL} where ${IS_KEY})
        select sha256 from kept union all select sha256 from ${TABLE} where ${IS_KEY} limit 1`,
        [...keyOf(range), sha256, packed],
      );
      // Nothing: someone else has kept it since this statement began.
      const { sha256: kept } =
        there ??
        (await ask<{ sha256: string }>(`select sha256 from ${TABLE} where ${IS_KEY}`, keyOf(range)))[0]!;
      if (kept === sha256) return;
      await ask(`update ${TABLE} set differing = $4 where ${IS_KEY}`, [...keyOf(range), packed]);
      throw differs(range);
    },
    close: () => client.end(),
  };
}

const IS_KEY = 'plan_hash = $1 and first_run = $2 and last_run = $3';

async function makeTable(client: Client): Promise<void> {
  // The younger of the two: a database of an earlier version has only the other.
  const { rows } = await client.query('select to_regclass($1) is not null as there', [JOURNAL]);
  if (rows[0].there === true) return;
  await client.query('begin');
  await client.query('select pg_advisory_xact_lock($1)', [CREATE_LOCK]);
  await client.query(SCHEMA);
  await client.query('commit');
}

function isWhole({ sha256 }: ChunkRow, packed: Buffer): boolean {
  try {
    return createHash('sha256').update(gunzipSync(packed)).digest('hex') === sha256;
  } catch {
    return false;
  }
}

function differs({ first, last }: IndexRange): InputError {
  const message = `Runs ${first} to ${last} come to something else than before`;
  const hint = `both are kept in ${TABLE}, in the columns lines and differing`;
  return new InputError([{ severity: 'error', code: 'E4007', message, hint }]);
}
