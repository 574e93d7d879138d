import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { type DiagnosticCode, InputError } from '../../errors.ts';
import { loadKubernetesPlugins, loadMetrics } from '../load-plugin.ts';
import { readPriceFile } from '../prices/price-file.ts';
import { readOpenbNodes } from '../traces/openb.ts';
import { hashTrace } from '../traces/read-trace.ts';
import { matchingFiles } from './matching-files.ts';
import type { ScenarioFiles } from './plan-context.ts';

const TRACES = '{traces}';

/** Files beside a scenario, and how to find them. */
export interface LocatedFiles extends ScenarioFiles {
  /** Real path of a file that the scenario names. Errors: E1208, E4001, E4005. */
  locate(name: string): string;
}

/**
 * Files are named relative to the folder of the scenario and stay inside it, links followed; `{traces}` stands for the
 * folder of the traces, and files below it stay inside that.
 */
export function scenarioFiles(folder: string, tracesFolder: string | undefined): LocatedFiles {
  const locate = (name: string): string => {
    if (name !== TRACES && !name.startsWith(`${TRACES}/`)) return inside(folder, name, name);
    if (tracesFolder === undefined) {
      throw failure(
        'E4005',
        `Cannot find ${name}: the folder of the traces is not set`,
        'name it with --traces FOLDER or STOWAGE_TRACES; the comment of the scenario says where the trace is published',
      );
    }
    return inside(tracesFolder, name.slice(TRACES.length + 1) || '.', name);
  };
  const readBytes = (name: string): Uint8Array => {
    try {
      return readFileSync(locate(name));
    } catch (error) {
      throw error instanceof InputError ? error : unreadable(name, error);
    }
  };
  return {
    locate,
    readBytes,
    hashTrace: (name, format) => hashTrace(locate(name), format),
    hashFile: (name) => createHash('sha256').update(readBytes(name)).digest('hex'),
    async loadKubernetesPlugins(name) {
      locate(name);
      return loadKubernetesPlugins(folder, name);
    },
    async loadMetrics(name) {
      locate(name);
      return loadMetrics(folder, name);
    },
    readNodes: (name) => readOpenbNodes(locate(name)),
    readManifests(name) {
      const names = matchingFiles(name, locate);
      if (names.length === 0) throw failure('E4001', `Cannot read ${name}: no file matches`);
      return names.map((one) => ({ file: resolve(folder, one), bytes: readBytes(one) }));
    },
    readPrices: (name) => readPriceFile(locate(name)),
  };
}

function inside(folder: string, name: string, shown: string): string {
  if (isAbsolute(name) || /^[a-z][a-z0-9+.-]*:/i.test(name)) {
    throw failure('E1208', `Cannot use ${shown}: files are named relative to the folder of the scenario`);
  }
  let root: string;
  let path: string;
  try {
    root = realpathSync(folder);
    path = realpathSync(resolve(root, name));
  } catch (error) {
    throw unreadable(shown, error);
  }
  const way = relative(root, path);
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) {
    throw failure('E1208', `Cannot use ${shown}: it lies outside the folder, or is a link out of it`);
  }
  return path;
}

function unreadable(name: string, error: unknown): InputError {
  const { code } = error as NodeJS.ErrnoException;
  const reason =
    code === 'ENOENT'
      ? 'there is no such file'
      : code === 'EACCES'
        ? 'permission denied'
        : String(code ?? error);
  return failure('E4001', `Cannot read ${name}: ${reason}`);
}

function failure(code: DiagnosticCode, message: string, hint?: string): InputError {
  return new InputError([{ severity: 'error', code, message, hint }]);
}
