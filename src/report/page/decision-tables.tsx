import type { SampledDecision } from '../../experiment/explanation.ts';
import { decimal } from '../../units.ts';
import { memory, vcpus } from './words.ts';
import { Scrolling } from './scrolling.tsx';

/** What ruled instances out, how the others scored, and what decided: the tables of `stowage explain`, in short. */
export function DecisionTables({ decision }: { readonly decision: SampledDecision }) {
  const { chosen, feasible, instancesReady, tied, chain, message, refusals, number, scheduler } = decision;
  return (
    <div class="why">
      <h4>
        Why{' '}
        <span class="unit">
          decision {number}, {scheduler}
        </span>
      </h4>
      <p>
        {chosen === null
          ? message || 'No instance was found.'
          : `${feasible} of ${instancesReady} ready instances passed every rule; ${chosen} was chosen${tied > 1 ? ` among ${tied} that were equally good` : ''}.`}
      </p>
      {chain.length > 0 ? (
        <p class="reading">{chain.map(({ step, survivors }) => `${step}: ${survivors} left`).join(' · ')}</p>
      ) : null}
      <Scores decision={decision} />
      {refusals.length > 0 ? (
        <Scrolling label="Rules that refused instances">
          <table>
            <thead>
              <tr>
                <th scope="col">ruled out by</th>
                <th scope="col" class="text">
                  because
                </th>
                <th scope="col">instances</th>
              </tr>
            </thead>
            <tbody>
              {refusals.slice(0, 12).map(({ rule, reason, instances }) => (
                <tr key={`${rule} ${reason}`}>
                  <td>{rule}</td>
                  <td class="text wrap">{reason}</td>
                  <td>{instances}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      ) : null}
    </div>
  );
}

/** Weighted scores by rule; raw and normalised ones in the hint of each cell. */
function Scores({ decision: { candidates, chosen } }: { readonly decision: SampledDecision }) {
  const rules = [...new Set(candidates.flatMap(({ scores }) => scores.map(({ rule }) => rule)))];
  if (candidates.length === 0) return null;
  const number = (value: number) => decimal(value, Number.isInteger(value) ? 0 : 3);
  return (
    <Scrolling label="Scores">
      <table>
        <thead>
          <tr>
            <th scope="col">instance</th>
            <th scope="col">free vCPU</th>
            <th scope="col">free memory</th>
            {rules.map((rule) => (
              <th key={rule} scope="col">
                {rule}
              </th>
            ))}
            <th scope="col">total</th>
          </tr>
        </thead>
        <tbody>
          {candidates.map(({ name, free, scores, total }) => (
            <tr key={name} class={name === chosen ? 'total' : ''}>
              <td>
                {name}
                {name === chosen ? ' ← here' : ''}
              </td>
              <td>{vcpus(free.cpuMilli)}</td>
              <td>{memory(free.memoryMiB)}</td>
              {rules.map((rule) => {
                const score = scores.find((one) => one.rule === rule);
                const hint = score ? `raw ${number(score.raw)}, normalised ${number(score.normalised)}` : '';
                return (
                  <td key={rule} title={hint}>
                    {score ? number(score.weighted) : '–'}
                  </td>
                );
              })}
              <td>{total === null ? '–' : number(total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
