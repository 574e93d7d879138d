import { decimal } from '../../units.ts';
import type { Cursor } from '../frames/cursor.ts';
import { OUTCOMES, taskTitle } from '../frames/frames.ts';
import { DecisionTables } from './decision-tables.tsx';
import { ExplainCommand } from './explain-command.tsx';
import { type Room, roomFor } from './had-room.ts';
import { cursorOf, explanationOf, placementView, type Platform, type Replay } from './replay.ts';
import { Scrolling } from './scrolling.tsx';
import { changeView, useView } from './view-state.ts';
import { clock, memory, stretch, vcpus } from './words.ts';

interface CardProps {
  readonly replay: Replay;
  readonly platform: Platform;
  readonly attempt: number;
}

/** A task that has room: its life, where it could have gone, and why it went where it did. */
export function TaskCard({ replay, platform, attempt }: CardProps) {
  const { frames, playback } = platform;
  const { attempts } = frames;
  const placedMs = attempts.placedMs[attempt]!;
  const title = taskTitle(frames, attempt);
  const waitedMs = placedMs - attempts.waitFromMs[attempt]!;
  const explained = explanationOf(platform, attempt);
  const instance = attempts.instance[attempt]!;
  return (
    <div class="task-card">
      <Title platform={platform} attempt={attempt} />
      <Facts
        rows={[
          ['asks for', asks(platform, attempt)],
          ['waited', waitedMs === 0 ? 'not at all' : stretch(waitedMs)],
          ['placed', clock(placedMs, replay.endMs)],
          ['leaves', leaves(platform, attempt, replay.endMs)],
        ]}
      />
      <RoomTable platform={platform} attempt={attempt} cursor={playback.before(attempt)} isPast />
      {explained === null ? (
        <ExplainCommand replay={replay} platform={platform} subject={`task/${title}`} atMs={placedMs}>
          Why it went there, rule by rule and score by score, is told by
        </ExplainCommand>
      ) : (
        <DecisionTables decision={explained} />
      )}
      <p>
        <button type="button" onClick={() => changeView(placementView(platform, attempt))}>
          Go to the moment it was placed
        </button>{' '}
        <button
          type="button"
          onClick={() => changeView({ selection: { platform: platform.position, instance, attempt: null } })}
        >
          All tasks of this instance
        </button>
      </p>
    </div>
  );
}

/** A task that waits: since when, until when, and where there would be room for it now. */
export function WaitingCard({ replay, platform, attempt }: CardProps) {
  const view = useView();
  const { frames } = platform;
  const { attempts } = frames;
  const cursor = cursorOf(view, platform);
  const fromMs = attempts.waitFromMs[attempt]!;
  const placedMs = attempts.placedMs[attempt]!;
  const isPlaced = Number.isFinite(placedMs);
  const waits = attempt >= cursor.next && fromMs <= cursor.timeMs;
  return (
    <div class="task-card">
      <Title platform={platform} attempt={attempt} />
      <Facts
        rows={[
          ['asks for', asks(platform, attempt)],
          ['waits since', clock(fromMs, replay.endMs)],
          [
            'placed',
            isPlaced ? `${clock(placedMs, replay.endMs)}, after ${stretch(placedMs - fromMs)}` : 'never',
          ],
          ['leaves', leaves(platform, attempt, replay.endMs)],
        ]}
      />
      {waits ? (
        <>
          <RoomTable platform={platform} attempt={attempt} cursor={cursor} isPast={false} />
          <ExplainCommand
            replay={replay}
            platform={platform}
            subject={`task/${taskTitle(frames, attempt)}`}
            atMs={cursor.timeMs}
          >
            Why it waits at this moment, and what would make it fit, is told by
          </ExplainCommand>
        </>
      ) : (
        <p class="muted">It does not wait at this moment.</p>
      )}
      {isPlaced ? (
        <p>
          <button type="button" onClick={() => changeView(placementView(platform, attempt))}>
            Go to the moment it was placed
          </button>
        </p>
      ) : null}
    </div>
  );
}

function Title({ platform: { frames }, attempt }: Omit<CardProps, 'replay'>) {
  const number = frames.attempts.attempt[attempt]!;
  return (
    <h3>
      {taskTitle(frames, attempt)}
      {number > 0 ? <span class="unit"> attempt {number + 1}</span> : null}
    </h3>
  );
}

function Facts({ rows }: { readonly rows: readonly (readonly [name: string, value: string])[] }) {
  return (
    <dl class="facts">
      {rows.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  );
}

function asks({ frames: { attempts, classes } }: Platform, attempt: number): string {
  const { cpuMilli, memoryMiB, gpus } = classes[attempts.classId[attempt]!]!;
  const devices = gpus === 0 ? '' : `, ${decimal(gpus, Number.isInteger(gpus) ? 0 : 2)} GPU`;
  return `${vcpus(cpuMilli)} vCPU, ${memory(memoryMiB)}${devices}`;
}

function leaves({ frames: { attempts } }: Platform, attempt: number, runEndMs: number): string {
  const endMs = attempts.endMs[attempt]!;
  if (!Number.isFinite(endMs)) return 'not in this run';
  return `${clock(endMs, runEndMs)}, ${OUTCOMES[attempts.outcome[attempt]!]}`;
}

/** Instances of the table. */
const SHOWN = 6;

interface RoomProps {
  readonly platform: Platform;
  readonly attempt: number;
  readonly cursor: Cursor;
  /** It has been placed since. */
  readonly isPast: boolean;
}

/** Instances with room for the task, the tightest first; those that come nearest when none has. */
function RoomTable({ platform, attempt, cursor, isPast }: RoomProps) {
  const { frames } = platform;
  const chosen = isPast ? frames.attempts.instance[attempt]! : -1;
  const rooms = roomFor(platform, attempt, cursor);
  const fitting = rooms.filter(({ fits }) => fits);
  const rank = ({ instance, freeCpuMilli }: Room) => (instance === chosen ? -1 : freeCpuMilli);
  const shown =
    fitting.length > 0
      ? fitting.toSorted((a, b) => rank(a) - rank(b) || a.instance - b.instance)
      : rooms.toSorted((a, b) => b.freeCpuMilli - a.freeCpuMilli || a.instance - b.instance);
  const others = frames.thinning.keptEvery > 1 ? ' of those that this page keeps' : '';
  const isGpu = frames.classes[frames.attempts.classId[attempt]!]!.gpus > 0;
  const what = isGpu ? 'CPU, memory and GPUs' : 'CPU and memory';
  return (
    <>
      <h4>{isPast ? 'Where it could have gone' : 'Where it could go now'}</h4>
      <p class="reading">
        {fitting.length} of {rooms.length} ready instances{others} {isPast ? 'had' : 'have'} the {what} for it
        {fitting.length > 0 ? '; other rules may have said no.' : '. These have most CPU left:'}
      </p>
      <Scrolling label="Instances that had room">
        <table>
          <thead>
            <tr>
              <th scope="col">instance</th>
              <th scope="col">type</th>
              <th scope="col">free vCPU</th>
              <th scope="col">free memory</th>
              {isGpu ? <th scope="col">free GPUs</th> : null}
            </tr>
          </thead>
          <tbody>
            {shown.slice(0, SHOWN).map(({ instance, freeCpuMilli, freeMemoryMiB, gpus }) => (
              <tr key={instance} class={instance === chosen ? 'total' : ''}>
                <td>
                  {frames.instances.names[instance]}
                  {instance === chosen ? ' ← here' : ''}
                </td>
                <td>{frames.shapes[frames.instances.shape[instance]!]!.type}</td>
                <td>{vcpus(freeCpuMilli)}</td>
                <td>{memory(freeMemoryMiB)}</td>
                {isGpu ? (
                  <td>{gpus.map(({ free }) => decimal(free, free % 1 === 0 ? 0 : 2)).join(' ')}</td>
                ) : null}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
    </>
  );
}
