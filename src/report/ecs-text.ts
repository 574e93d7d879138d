import type { EcsSummary, RunSummary } from '../experiment/result.ts';
import { stripControl } from '../io/terminal-text.ts';
import { GIB } from '../units.ts';
import { decimal } from './number-format.ts';
import { type Paint, textTable } from './text-layout.ts';

/** What happened on an ECS platform, for a terminal: nothing where there is nothing to tell. */
export function ecsLines({ ecs }: RunSummary, paint: Paint): string[] {
  if (ecs === undefined) return [];
  const lines = [
    ...partLines(ecs.parts ?? [], paint),
    ...imageLines(ecs),
    ...agentLines(ecs),
    ...runTaskLines(ecs),
    ...startTaskLines(ecs),
  ];
  return lines.length === 0 ? [] : ['', paint('heading', 'ECS'), ...lines];
}

function partLines(parts: NonNullable<EcsSummary['parts']>, paint: Paint): string[] {
  if (parts.length === 0) return [];
  const rows = parts.map(({ part, tasks, meanS, maxS }) => [
    part,
    decimal(tasks, 0),
    `${decimal(meanS, 1)} s`,
    `${decimal(maxS, 1)} s`,
  ]);
  const columns = [
    { title: 'tasks were', align: 'left' },
    { title: 'times', align: 'right' },
    { title: 'mean', align: 'right' },
    { title: 'longest', align: 'right' },
  ] as const;
  return textTable(columns, rows, paint).map((line) => `  ${line}`);
}

function runTaskLines({ runTask }: EcsSummary): string[] {
  if (runTask === undefined) return [];
  const { failures, retried, dropped, reasons } = runTask;
  const why = reasons.map(({ reason, failures: count }) => `${stripControl(reason)} ${decimal(count, 0)}`);
  return [
    `  RunTask failed ${decimal(failures, 0)} times${why.length === 0 ? '' : ` (${why.join(', ')})`}: ` +
      `${decimal(retried, 0)} asked for again, ${decimal(dropped, 0)} given up`,
  ];
}

function startTaskLines({ startTask = [] }: EcsSummary): string[] {
  return startTask.flatMap(({ scheduler, rounds, started, failures, conflicts, throttled, reasons }) => {
    const why = reasons.map(({ reason, failures: count }) => `${stripControl(reason)} ${decimal(count, 0)}`);
    const first = `  ${stripControl(scheduler)} started ${decimal(started, 0)} tasks in ${decimal(rounds, 0)} rounds`;
    const waited = throttled === 0 ? '' : `; ${decimal(throttled, 0)} times the API throttled it`;
    if (failures === 0) return [`${first}; StartTask never failed${waited}`];
    return [
      `${first}; StartTask failed ${decimal(failures, 0)} times (${why.join(', ')}), ` +
        `${decimal(conflicts, 0)} of them because others were faster${waited}`,
    ];
  });
}

function agentLines({ agentLosses }: EcsSummary): string[] {
  return agentLosses === undefined ? [] : [`  ${decimal(agentLosses, 0)} times an agent lost its connection`];
}

function imageLines({ images }: EcsSummary): string[] {
  if (images === undefined || images.pulledLayers + images.sharedLayers === 0) return [];
  const { pulledBytes, pulledLayers, sharedLayers } = images;
  return [
    `  ${decimal(pulledBytes / GIB, 1)} GiB of images pulled in ${decimal(pulledLayers, 0)} layers; ` +
      `${decimal(sharedLayers, 0)} times a layer was there or on its way`,
  ];
}
