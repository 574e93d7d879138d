import { packedBox } from '../charts/packing.ts';
import { placeAt } from '../charts/packing-layout.ts';
import { taskTitle } from '../frames/frames.ts';
import { cursorOf, type Platform, type Replay } from './replay.ts';
import { TaskCard, WaitingCard } from './task-card.tsx';
import type { Tones } from './tones.ts';
import { changeView, type Selection, useView } from './view-state.ts';
import { clock, memory, vcpus } from './words.ts';

/** What was clicked: the instance enlarged, the task, and why it stands there, or waits. */
export function Inspector({ replay, tones }: { readonly replay: Replay; readonly tones: Tones }) {
  const { selection } = useView();
  if (selection === null) {
    return (
      <p class="hint muted">
        Click a box or a task: what it is, where it could have gone, and why it went there.
      </p>
    );
  }
  const platform = replay.platforms[selection.platform]!;
  const { instance, attempt } = selection;
  if (instance === null) {
    return (
      <div class="inspector one" aria-live="polite">
        <WaitingCard key={attempt} replay={replay} platform={platform} attempt={attempt!} />
      </div>
    );
  }
  return (
    <OnInstance replay={replay} platform={platform} tones={tones} selection={{ ...selection, instance }} />
  );
}

interface OnInstanceProps {
  readonly replay: Replay;
  readonly platform: Platform;
  readonly tones: Tones;
  readonly selection: Chosen;
}

type Chosen = Selection & { readonly instance: number };

function OnInstance({ replay, platform, tones, selection }: OnInstanceProps) {
  const view = useView();
  const { frames, playback } = platform;
  const { attempts, instances } = frames;
  const { instance } = selection;
  const cursor = cursorOf(view, platform);
  const holders = [...playback.holders(cursor)].filter((attempt) => attempts.instance[attempt] === instance);
  const shape = frames.shapes[instances.shape[instance]!]!;
  const gpus = shape.gpus === 0 ? '' : `, ${shape.gpus} GPUs`;
  const drainingMs = instances.drainingMs[instance]!;
  return (
    <div class="inspector" aria-live="polite">
      <div>
        <h3>
          {instances.names[instance]}{' '}
          <span class="unit">
            {shape.type}, {frames.zones[instances.zone[instance]!]}, of {platform.name}
          </span>
        </h3>
        <EnlargedBox platform={platform} selection={selection} holders={holders} tones={tones} />
        <p class="reading">
          {vcpus(shape.cpuMilli)} vCPU wide, {memory(shape.memoryMiB)} high{gpus}; requested{' '}
          {clock(instances.requestedMs[instance]!, replay.endMs)}, {holders.length} tasks now.
          {drainingMs <= cursor.timeMs ? ` It drains since ${clock(drainingMs, replay.endMs)}.` : ''}
        </p>
      </div>
      {selection.attempt === null ? (
        <TaskList platform={platform} holders={holders} tones={tones} />
      ) : (
        <TaskCard key={selection.attempt} replay={replay} platform={platform} attempt={selection.attempt} />
      )}
    </div>
  );
}

interface EnlargedProps {
  readonly platform: Platform;
  readonly selection: Chosen;
  readonly holders: readonly number[];
  readonly tones: Tones;
}

const SIDE = 260;
const GPU_ROW = 22;

function EnlargedBox({ platform, selection, holders, tones }: EnlargedProps) {
  const { frames } = platform;
  const { gpus } = frames.shapes[frames.instances.shape[selection.instance]!]!;
  const place = placeAt({ x: 1, y: 1 }, { width: SIDE, height: SIDE }, gpus === 0 ? 0 : GPU_ROW);
  const box = packedBox(frames, selection.instance, holders, place);
  const bottom = place.gpuRow === null ? SIDE : place.gpuRow.y + GPU_ROW;
  const classOf = (attempt: number) => frames.attempts.classId[attempt]!;
  return (
    <svg
      class="enlarged"
      viewBox={`0 0 ${SIDE + 2} ${bottom + 2}`}
      role="img"
      aria-label={`${holders.length} tasks`}
    >
      <rect class="box-back" {...rect(box)} />
      <rect class="box-used" {...rect(box.used)} />
      <rect class="box-free" {...rect(box.free)} />
      <rect class="box-reserved" {...rect(box.reserved)} />
      {box.tasks.map((task) => {
        const tone = tones.of(frames, classOf(task.attempt));
        const mark = task.attempt === selection.attempt ? ' chosen' : '';
        return (
          <rect
            key={task.attempt}
            class={`box-task ${tone < 0 ? 'neutral' : `s${tone}`}${mark}`}
            {...rect(task)}
            {...choosing(selection, task.attempt)}
          >
            <title>{taskTitle(frames, task.attempt)}</title>
          </rect>
        );
      })}
      {box.gpus.map((slot, device) => (
        <g key={device}>
          <rect class="box-used" {...rect(slot)} />
          {slot.parts.map((part) => {
            const tone = tones.of(frames, classOf(part.attempt));
            return (
              <rect
                key={part.attempt}
                class={`box-task ${tone < 0 ? 'neutral' : `s${tone}`}`}
                {...rect(part)}
                {...choosing(selection, part.attempt)}
              >
                <title>{`${taskTitle(frames, part.attempt)}, GPU ${device}`}</title>
              </rect>
            );
          })}
        </g>
      ))}
    </svg>
  );
}

/** For the pointer alone: the list of tasks is there for the keyboard. */
function choosing(selection: Selection, attempt: number) {
  return { onClick: () => changeView({ selection: { ...selection, attempt } }) };
}

function rect({ x, y, width, height }: { x: number; y: number; width: number; height: number }) {
  return { x, y, width: Math.max(0, width), height: Math.max(0, height) };
}

interface ListProps {
  readonly platform: Platform;
  readonly holders: readonly number[];
  readonly tones: Tones;
}

/** Tasks of an instance that are listed. */
const LISTED = 40;

function TaskList({ platform, holders, tones }: ListProps) {
  const { frames } = platform;
  const { attempts, classes } = frames;
  if (holders.length === 0) return <p class="muted">Nothing runs here at this moment.</p>;
  return (
    <ul class="task-list">
      {holders.slice(0, LISTED).map((attempt) => {
        const { cpuMilli, memoryMiB } = classes[attempts.classId[attempt]!]!;
        const tone = tones.of(frames, attempts.classId[attempt]!);
        const instance = attempts.instance[attempt]!;
        return (
          <li key={attempt}>
            <button
              type="button"
              class="link"
              onClick={() => changeView({ selection: { platform: platform.position, instance, attempt } })}
            >
              <span class={`dot ${tone < 0 ? 'neutral' : `s${tone}`}`} aria-hidden="true" />
              {taskTitle(frames, attempt)}
            </button>{' '}
            <span class="muted">
              {vcpus(cpuMilli)} vCPU, {memory(memoryMiB)}
            </span>
          </li>
        );
      })}
      {holders.length > LISTED ? <li class="muted">and {holders.length - LISTED} more</li> : null}
    </ul>
  );
}
