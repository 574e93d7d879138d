import { isDeepStrictEqual } from 'node:util';
import { playAutoscaler } from './controllers/autoscaler.ts';
import { playBudget } from './controllers/budget.ts';
import { playCronJob } from './controllers/cron-job.ts';
import { playDaemonSet } from './controllers/daemon-set.ts';
import { playDeployment } from './controllers/deployment.ts';
import { playJob } from './controllers/job.ts';
import { playReplicaSet } from './controllers/replica-set.ts';
import { playStatefulSet } from './controllers/stateful-set.ts';
import { playTaintEviction } from './controllers/taint-eviction.ts';
import type { CaseOutcome } from './run.ts';

interface ControllerCase {
  readonly id: string;
  readonly input: never;
  readonly expected: unknown;
}

const FAMILIES: Readonly<Record<string, (input: never, expected: never) => unknown>> = {
  '02': playReplicaSet,
  '01': playAutoscaler,
  '03': playDeployment,
  '04': playCronJob,
  '05': playJob,
  '06': playStatefulSet,
  '07': playDaemonSet,
  '08': playBudget,
  '09': playTaintEviction,
};

/** Plays a case recorded from a controller of Kubernetes v1.36.2; the answer must be equal in every field. */
export function runCase(testCase: ControllerCase): CaseOutcome {
  const play = FAMILIES[testCase.id.slice(0, 2)];
  if (play === undefined) return 'unsupported';
  const answer = play(testCase.input, testCase.expected as never);
  if (isDeepStrictEqual(answer, testCase.expected)) return { agree: true };
  return { agree: false, difference: firstDifference(testCase.expected, answer) };
}

/** Where two answers part: path, what was recorded, what we say. */
function firstDifference(expected: unknown, answer: unknown, path = ''): string {
  const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (isTree(expected) && isTree(answer)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(answer)])) {
      if (!isDeepStrictEqual(expected[key], answer[key])) {
        return firstDifference(expected[key], answer[key], `${path}.${key}`);
      }
    }
  }
  return `${path.slice(1)}: recorded ${JSON.stringify(expected)}, answered ${JSON.stringify(answer)}`;
}
