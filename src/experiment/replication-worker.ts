import { type Diagnostic, InputError } from '../errors.ts';
import { replicate } from './replicate.ts';
import type { ReplicationRequest } from './replication-request.ts';
import type { RunSummary } from './result.ts';

/** What a worker thread is asked for. */
export interface ReplicationTask {
  readonly request: ReplicationRequest;
  readonly seed: number;
}

/**
 * What became of it. Errors lose their class on the way between threads, so they are told in words: bad input by its
 * findings, anything else, which is a bug, by name and text.
 */
export type ReplicationAnswer =
  | { readonly summaries: RunSummary[] }
  | { readonly diagnostics: readonly Diagnostic[] }
  | { readonly bug: { readonly name: string; readonly text: string } };

/** One seed in a worker thread. Never throws: a task that is rejected has lost its thread. */
export async function runSeed({ request, seed }: ReplicationTask): Promise<ReplicationAnswer> {
  try {
    return { summaries: await replicate(request, seed) };
  } catch (error) {
    if (error instanceof InputError) return { diagnostics: error.diagnostics };
    if (!(error instanceof Error)) return { bug: { name: 'Error', text: String(error) } };
    return { bug: { name: error.name, text: error.stack ?? error.message } };
  }
}
