import { useState } from 'preact/hooks';
import type { SampledDecision } from '../../experiment/explanation.ts';
import { decimal } from '../../units.ts';
import { DecisionTables } from './decision-tables.tsx';
import { ExplainCommand } from './explain-command.tsx';
import { attemptOf, placementView, type Platform, type Replay } from './replay.ts';
import { changeView, useView } from './view-state.ts';
import { clock, shellWord, stretch } from './words.ts';
import { Scrolling } from './scrolling.tsx';

interface Listed {
  readonly platform: Platform;
  readonly decision: SampledDecision;
}

/** A sample of the decisions of every platform, to search in; a click explains one. */
export function DecisionsView({ replay }: { readonly replay: Replay }) {
  const { window: range } = useView();
  const [words, setWords] = useState('');
  const [onlyFailed, setOnlyFailed] = useState(false);
  const [open, setOpen] = useState<Listed | null>(null);
  const all = replay.platforms.flatMap((platform) =>
    (platform.sample?.sampled ?? []).map((decision): Listed => ({ platform, decision })),
  );
  const shown = all
    .filter(({ decision: { timeMs } }) => range === null || (timeMs >= range[0] && timeMs <= range[1]))
    .filter(({ decision: { chosen } }) => !onlyFailed || chosen === null)
    .filter(({ decision, platform }) => matches(words, platform.name, decision))
    .sort((a, b) => a.decision.timeMs - b.decision.timeMs || a.platform.position - b.platform.position);
  return (
    <div>
      <ul class="notes">
        {replay.platforms.map(({ name, sample, directory }) => (
          <li key={name}>
            {sample === null ? `${name}: none were sampled` : countsOf(name, sample)}.{' '}
            <span class="muted">
              All of them: <code>stowage get decisions --result {shellWord(directory)}</code>
            </span>
          </li>
        ))}
      </ul>
      <div class="controls">
        <input
          type="search"
          placeholder="task, group, instance, reason"
          aria-label="Search decisions"
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
        <label>
          <input
            type="checkbox"
            checked={onlyFailed}
            onChange={(event) => setOnlyFailed(event.currentTarget.checked)}
          />{' '}
          only those without a place
        </label>
        <span class="muted">
          {shown.length} of {all.length}
        </span>
      </div>
      <div class="decisions">
        <Scrolling label="Decisions" more="list">
          <table>
            <thead>
              <tr>
                <th scope="col">task</th>
                <th scope="col" class="text">
                  platform
                </th>
                <th scope="col">time</th>
                <th scope="col" class="text">
                  went to
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((one) => (
                <tr
                  key={`${one.platform.name} ${one.decision.number}`}
                  class={one.decision === open?.decision ? 'total' : ''}
                >
                  <td>
                    <button type="button" class="link" onClick={() => setOpen(one)}>
                      {one.decision.task}
                    </button>
                  </td>
                  <td class="text">{one.platform.name}</td>
                  <td>{clock(one.decision.timeMs, replay.endMs)}</td>
                  <td class={`text ${one.decision.chosen === null ? 'bad' : ''}`}>
                    {one.decision.chosen ?? 'nowhere'}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
        {open === null ? (
          <p class="muted">Choose a decision to see what was known and what decided.</p>
        ) : (
          <Opened replay={replay} {...open} />
        )}
      </div>
    </div>
  );
}

function countsOf(
  name: string,
  { decisions, withoutPlace, sampled }: NonNullable<Platform['sample']>,
): string {
  return `${name}: ${decimal(decisions, 0)} decisions, ${decimal(withoutPlace, 0)} of them found no place; ${sampled.length} are explained here`;
}

function matches(words: string, platform: string, decision: SampledDecision): boolean {
  const { task, group, chosen, message, refusals } = decision;
  const text = [
    platform,
    task,
    group,
    chosen ?? 'nowhere',
    message,
    ...refusals.map(({ reason }) => reason),
  ].join('\n');
  return words.split(/\s+/).every((word) => text.toLowerCase().includes(word.toLowerCase()));
}

function Opened({ replay, platform, decision }: Listed & { readonly replay: Replay }) {
  const attempt = attemptOf(platform, decision);
  const waitedMs = decision.timeMs - decision.waitsSinceMs;
  const show = () => {
    changeView(placementView(platform, attempt));
    document.getElementById('packing')?.scrollIntoView();
  };
  return (
    <div class="task-card" aria-live="polite">
      <h3>
        {decision.task}{' '}
        <span class="unit">
          on {platform.name}, waited {stretch(waitedMs)}
        </span>
      </h3>
      <p class="reading">asks for {decision.asks.join('; ')}</p>
      <DecisionTables decision={decision} />
      <ExplainCommand replay={replay} platform={platform} subject={`decision/${decision.number}`} atMs={null}>
        These are the best instances; all of them, and the same under another policy, are told by
      </ExplainCommand>
      {attempt < 0 ? null : (
        <p>
          <button type="button" onClick={show}>
            Show it in the packing
          </button>
        </p>
      )}
    </div>
  );
}
