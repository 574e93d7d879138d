import { planDigest } from '../experiment/plan-digest.ts';
import { renderPlan } from '../io/scenario/render-plan.ts';
import { stripControl } from '../io/terminal-text.ts';
import { textTable, wrapText } from '../report/text-layout.ts';
import { formOf, printDocument } from './answer.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { shellWord } from './shell-word.ts';
import { scenarioOf } from './scenario-input.ts';

const COLUMNS = [
  { title: 'platform', align: 'left' },
  { title: 'kind', align: 'left' },
  { title: 'scheduler', align: 'left' },
  { title: 'instances', align: 'left' },
] as const;

/** Shows what a run would do: every default filled in, and counts and bounds. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const prepared = await scenarioOf(args, io);
  const { plan, planHash } = prepared;
  const form = formOf(args);
  if (form === 'yaml') io.out(`# Plan of ${plan.name}, hash ${planHash}`);
  if (form !== 'text') {
    await printDocument(io, form === 'yaml' ? 'yaml' : 'json', renderPlan(plan));
    return EXIT.success;
  }
  const { facts, platforms } = planDigest(plan, await prepared.drawTables(0));
  const names = Math.max(...facts.map(([name]) => name.length));
  for (const [name, value] of facts) {
    const [first = '', ...rest] = wrapText(value, io.width - names - 2);
    io.print(`${io.paint('dim', name.padEnd(names))}  ${first}`);
    for (const line of rest) io.print(`${' '.repeat(names + 2)}${line}`);
  }
  io.print('');
  const rows = platforms.map((row) => row.map(stripControl));
  for (const line of textTable(COLUMNS, rows, io.paint)) io.print(line);
  io.print('');
  io.print(io.paint('dim', `plan ${planHash}`));
  const scenario = shellWord(String(args['scenario']));
  io.note('Nothing was run.');
  io.suggest([`stowage plan ${scenario} -o yaml`, `stowage compare ${scenario}`]);
  return EXIT.success;
}
