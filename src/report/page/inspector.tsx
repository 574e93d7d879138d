import { packedBox } from '../charts/packing.ts';
import { OUTCOMES, taskTitle } from '../frames/frames.ts';
import { DecisionTables } from './decision-tables.tsx';
import { type Room, roomBefore } from './had-room.ts';
import { cursorOf, explanationOf, placementView, type Platform, type Replay } from './replay.ts';
import type { Tones } from './tones.ts';
import { changeView, type Selection, useView } from './view-state.ts';
import { clock, memory, shellWord, stretch, vcpus } from './words.ts';
import { Scrolling } from './scrolling.tsx';

/** What was clicked: the instance enlarged, the task, and why it stands there. */
export function Inspector({ replay, tones }: { readonly replay: Replay; readonly tones: Tones }) {
  const view = useView();
  const { selection } = view;
  if (selection === null) {
    return (
      <p class="hint muted">
        Click a box or a task: what it is, where it could have gone, and why it went there.
      </p>
    );
  }
  const platform = replay.platforms[selection.platform]!;
  const { frames, playback } = platform;
  const { attempts, instances } = frames;
  const holders = [...playback.holders(cursorOf(view, platform))].filter(
    (attempt) => attempts.instance[attempt] === selection.instance,
  );
  const shape = frames.shapes[instances.shape[selection.instance]!]!;
  const name = instances.names[selection.instance]!;
  return (
    <div class="inspector" aria-live="polite">
      <div>
        <h3>
          {name}{' '}
          <span class="unit">
            {shape.type}, {frames.zones[instances.zone[selection.instance]!]}, of {platform.name}
          </span>
        </h3>
        <EnlargedBox platform={platform} selection={selection} holders={holders} tones={tones} />
        <p class="reading">
          {vcpus(shape.cpuMilli)} vCPU wide, {memory(shape.memoryMiB)} high; requested{' '}
          {clock(instances.requestedMs[selection.instance]!, replay.endMs)}, {holders.length} tasks now.
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
  readonly selection: Selection;
  readonly holders: readonly number[];
  readonly tones: Tones;
}

const SIDE = 260;

function EnlargedBox({ platform, selection, holders, tones }: EnlargedProps) {
  const { frames } = platform;
  const box = packedBox(frames, selection.instance, holders, { x: 1, y: 1, width: SIDE, height: SIDE });
  const classOf = (attempt: number) => frames.attempts.classId[attempt]!;
  return (
    <svg
      class="enlarged"
      viewBox={`0 0 ${SIDE + 2} ${SIDE + 2}`}
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

interface CardProps {
  readonly replay: Replay;
  readonly platform: Platform;
  readonly attempt: number;
}

/** A task: its life, where it could have gone, and why it went where it did. */
function TaskCard({ replay, platform, attempt }: CardProps) {
  const { frames } = platform;
  const { attempts, classes } = frames;
  const { cpuMilli, memoryMiB } = classes[attempts.classId[attempt]!]!;
  const placedMs = attempts.placedMs[attempt]!;
  const endMs = attempts.endMs[attempt]!;
  const title = taskTitle(frames, attempt);
  const waitedMs = placedMs - attempts.waitFromMs[attempt]!;
  const rows: [string, string][] = [
    ['asks for', `${vcpus(cpuMilli)} vCPU, ${memory(memoryMiB)}`],
    ['waited', waitedMs === 0 ? 'not at all' : stretch(waitedMs)],
    ['placed', clock(placedMs, replay.endMs)],
    [
      'leaves',
      Number.isFinite(endMs)
        ? `${clock(endMs, replay.endMs)}, ${OUTCOMES[attempts.outcome[attempt]!]}`
        : 'not in this run',
    ],
  ];
  const explained = explanationOf(platform, attempt);
  return (
    <div class="task-card">
      <h3>
        {title}
        {attempts.attempt[attempt]! > 0 ? (
          <span class="unit"> attempt {attempts.attempt[attempt]! + 1}</span>
        ) : null}
      </h3>
      <dl class="facts">
        {rows.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
      <RoomTable platform={platform} attempt={attempt} />
      {explained === null ? (
        <p class="reading">
          Why it went there, rule by rule: <code>{explainCommand(platform, title)}</code>
        </p>
      ) : (
        <DecisionTables decision={explained} />
      )}
      <p>
        <button type="button" onClick={() => changeView(placementView(platform, attempt))}>
          Go to the moment it was placed
        </button>{' '}
        <button
          type="button"
          onClick={() =>
            changeView({
              selection: {
                platform: platform.position,
                instance: attempts.instance[attempt]!,
                attempt: null,
              },
            })
          }
        >
          All tasks of this instance
        </button>
      </p>
    </div>
  );
}

/** The command that explains any task of the run. */
export function explainCommand({ directory, name }: Platform, title: string): string {
  return `stowage explain ${shellWord(`task/${title}`)} --result ${directory === null ? `OUT/…/${name}/seed=…` : shellWord(directory)}`;
}

/** Instances of the table. */
const SHOWN = 6;

function RoomTable({ platform, attempt }: { readonly platform: Platform; readonly attempt: number }) {
  const { frames } = platform;
  const chosen = frames.attempts.instance[attempt]!;
  const rooms = roomBefore(platform, attempt);
  const fitting = rooms.filter(({ fits }) => fits);
  const rank = ({ instance, freeCpuMilli }: Room) => (instance === chosen ? -1 : freeCpuMilli);
  const shown = fitting.toSorted((a, b) => rank(a) - rank(b) || a.instance - b.instance).slice(0, SHOWN);
  const others = frames.thinning.keptEvery > 1 ? ' of those that this page keeps' : '';
  return (
    <>
      <h4>Where it could have gone</h4>
      <p class="reading">
        {fitting.length} of {rooms.length} ready instances{others} had the CPU and memory for it; other rules
        may have said no.
      </p>
      <Scrolling label="Instances that had room">
        <table>
          <thead>
            <tr>
              <th scope="col">instance</th>
              <th scope="col">type</th>
              <th scope="col">free vCPU</th>
              <th scope="col">free memory</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ instance, freeCpuMilli, freeMemoryMiB }) => (
              <tr key={instance} class={instance === chosen ? 'total' : ''}>
                <td>
                  {frames.instances.names[instance]}
                  {instance === chosen ? ' ← here' : ''}
                </td>
                <td>{frames.shapes[frames.instances.shape[instance]!]!.type}</td>
                <td>{vcpus(freeCpuMilli)}</td>
                <td>{memory(freeMemoryMiB)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
    </>
  );
}
