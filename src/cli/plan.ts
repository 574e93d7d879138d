import { stringify } from 'yaml';
import { planDigest } from '../experiment/plan-digest.ts';
import { renderPlan } from '../io/scenario/render-plan.ts';
import { textTable } from '../report/text-layout.ts';
import type { Arguments, CommandIo } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { scenarioOf } from './scenario-input.ts';

/** Shows what a run would do: every default filled in, and counts and bounds. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const prepared = await scenarioOf(args, io);
  const form = args['json'] === true ? 'json' : args['output'];
  if (form === 'yaml') {
    io.out(`# Plan of ${prepared.plan.name}, hash ${prepared.planHash}\n${stringify(renderPlan(prepared.plan))}`);
  } else if (form === 'json') {
    io.out(JSON.stringify(renderPlan(prepared.plan), null, 2));
  } else {
    const { facts, platforms } = planDigest(prepared.plan, await prepared.drawTables(0));
    for (const [name, value] of facts) io.out(`${name.padEnd(22)} ${value}`);
    const columns = [
      { title: 'platform', align: 'left' },
      { title: 'kind', align: 'left' },
      { title: 'scheduler', align: 'left' },
      { title: 'instances', align: 'right' },
    ] as const;
    io.out(`\n${textTable(columns, platforms, io.paint).join('\n')}`);
    io.out(`\nplan ${prepared.planHash}; nothing was run. The whole of it: stowage plan ${prepared.file} -o yaml`);
  }
  return EXIT.success;
}
