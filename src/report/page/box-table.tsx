import { useState } from 'preact/hooks';
import { decimal } from '../../units.ts';
import type { PackingBox } from '../charts/packing.ts';
import type { Platform } from './replay.ts';
import { Scrolling } from './scrolling.tsx';
import { memory, vcpus } from './words.ts';

/** Rows of the table behind a picture. */
const ROWS = 200;

/** The boxes of a picture as a table, made when it is opened. */
export function BoxTable({
  platform,
  boxes,
}: {
  readonly platform: Platform;
  readonly boxes: readonly PackingBox[];
}) {
  const [isOpen, setOpen] = useState(false);
  const { names, shape } = platform.frames.instances;
  const hasGpus = boxes.some(({ gpus }) => gpus.length > 0);
  const titles = [
    'instance',
    'type',
    'tasks',
    'free vCPU',
    'free memory',
    ...(hasGpus ? ['free GPUs'] : []),
    '',
  ];
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Table: instances now</summary>
      {isOpen ? (
        <Scrolling label={`Instances of ${platform.name}`}>
          <table>
            <thead>
              <tr>
                {titles.map((title) => (
                  <th key={title} scope="col">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {boxes.slice(0, ROWS).map((box) => (
                <tr key={box.instance}>
                  <td>{names[box.instance]}</td>
                  <td>{platform.frames.shapes[shape[box.instance]!]!.type}</td>
                  <td>{box.tasks.length}</td>
                  <td>{vcpus(Math.max(0, box.freeCpuMilli))}</td>
                  <td>{memory(Math.max(0, box.freeMemoryMiB))}</td>
                  {hasGpus ? <td>{gpusLeft(box)}</td> : null}
                  <td>{stateOf(box)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {boxes.length > ROWS ? (
            <p class="reading">
              The first {ROWS} of {boxes.length}.
            </p>
          ) : null}
        </Scrolling>
      ) : null}
    </details>
  );
}

function stateOf({ isReady, isDraining, isStranded }: PackingBox): string {
  if (!isReady) return 'booting';
  return isDraining ? 'draining' : isStranded ? 'stranded' : '';
}

function gpusLeft({ gpus }: PackingBox): string {
  const left = gpus.reduce((sum, { free }) => sum + free, 0);
  return gpus.length === 0 ? '–' : `${decimal(left, 2).replace(/\.?0+$/, '')} of ${gpus.length}`;
}
