import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import {
  looksLikeAddress,
  parseQueueAddress,
  type QueueAddress,
} from '../../experiment/sweep/queue/queue-address.ts';
import { QUEUE_SETTINGS, type QueueSettings } from '../../experiment/sweep/queue/queue-settings.ts';
import type { ResultPlace } from '../../experiment/sweep/queue/result-place.ts';
import { didYouMean, listed } from '../../io/scenario/did-you-mean.ts';
import { parseDurationMs } from '../../units.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { shellWord } from '../shell-word.ts';
import { jobsOf } from '../seeds.ts';
import { usage } from '../usage.ts';

const DEFAULT_FOLDER = 'sweep';

/** The address that a flag gives, or `env:NAME` for what a variable of the environment holds. Errors: E5001. */
export function addressOf(flag: string, text: string, io: CommandIo): QueueAddress {
  const name = /^env:([A-Za-z_]\w*)$/.exec(text)?.[1];
  if (name === undefined) return parseQueueAddress(text, flag);
  const value = io.environment[name] ?? '';
  if (value === '') throw usage(`cannot use ${flag} ${text}: the variable is not set`);
  return parseQueueAddress(value, `${flag} ${text}`);
}

/** `--queue`, which must be there. Errors: E5001. */
export function queueAddressOf(args: Arguments, io: CommandIo): QueueAddress {
  const text = args['queue'] as string | undefined;
  if (text === undefined) throw usage('name the server with --queue postgres://… or redis://…');
  return addressOf('--queue', text, io);
}

/** `--queue` as a command that goes on must have it: without the password, unless it comes from the environment. */
export function queueFlag(args: Arguments, address: QueueAddress): string {
  const text = String(args['queue']);
  return `--queue ${shellWord(text.startsWith('env:') ? text : address.shown)}`;
}

/**
 * Where finished chunks are kept: `--results` with an address, a folder by `--out`; else the database that is the queue;
 * Redis is no place to keep things, so there a folder. Errors: E5001.
 */
export function placeOf(args: Arguments, queue: QueueAddress, io: CommandIo): ResultPlace {
  const results = args['results'] as string | undefined;
  const out = args['out'] as string | undefined;
  if (results !== undefined) {
    if (out !== undefined)
      throw usage('cannot use --out and --results together: both say where results are kept');
    return { kind: 'table', address: resultsAddress(results, io) };
  }
  if (out === undefined && queue.kind === 'postgres') return { kind: 'table', address: queue };
  return { kind: 'folder', folder: resolve(io.workingDirectory, out ?? DEFAULT_FOLDER) };
}

/** The table that `--results` or the queue itself is; null: results are in folders only. Errors: E5001. */
export function tableOf(args: Arguments, queue: QueueAddress, io: CommandIo): QueueAddress | null {
  const results = args['results'] as string | undefined;
  if (results !== undefined) return resultsAddress(results, io);
  return queue.kind === 'postgres' ? queue : null;
}

function resultsAddress(text: string, io: CommandIo): QueueAddress {
  const isAddress = looksLikeAddress(text) || text.startsWith('env:');
  if (!isAddress)
    throw usage(`cannot use --results '${text}'`, 'write postgres://…; a folder is named by --out');
  const address = addressOf('--results', text, io);
  if (address.kind === 'redis')
    throw usage('cannot keep results in Redis', 'name a folder with --out, or postgres://… with --results');
  return address;
}

/** `--jobs`; with a queue also 0: others do the work. Errors: E5001. */
export function queueJobsOf(args: Arguments): number {
  if (args['jobs'] === undefined) return availableParallelism();
  return args['jobs'] === 0 ? 0 : jobsOf(args);
}

interface Setting {
  readonly key: keyof QueueSettings;
  readonly isTime: boolean;
  readonly least: number;
}

/** What `--queue-settings` may name. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  attempts: { key: 'attempts', isTime: false, least: 1 },
  backoff: { key: 'backoffMs', isTime: true, least: 1 },
  lock: { key: 'lockMs', isTime: true, least: 100 },
  'stalled-check': { key: 'stalledCheckMs', isTime: true, least: 100 },
  stalls: { key: 'mostStalls', isTime: false, least: 0 },
};

/** `--queue-settings lock=60s,attempts=3`. Errors: E5001. */
export function queueSettingsOf(args: Arguments): QueueSettings {
  const text = args['queue-settings'] as string | undefined;
  const settings: Record<keyof QueueSettings, number> = { ...QUEUE_SETTINGS };
  for (const part of text?.split(',') ?? []) {
    const [name = '', value = ''] = part.split('=').map((word) => word.trim());
    if (!Object.hasOwn(SETTINGS, name)) {
      const names = Object.keys(SETTINGS);
      throw usage(
        `there is no queue setting '${name}'`,
        didYouMean(name, names) ?? `there are ${listed(names, 'and')}`,
      );
    }
    const { key, isTime, least } = SETTINGS[name]!;
    const number = isTime ? parseDurationMs(value) : /^\d{1,4}$/.test(value) ? Number(value) : undefined;
    if (number === undefined || number < least)
      throw usage(`cannot use --queue-settings '${part}'`, isTime ? `write ${name}=60s` : `write ${name}=3`);
    settings[key] = number;
  }
  return settings;
}
