import type { Command } from './commands/command.ts';
import { catalogCommand } from './commands/catalog.ts';
import { compareCommand } from './commands/compare.ts';
import { completionCommand } from './commands/completion.ts';
import { describeCommand } from './commands/describe.ts';
import { doctorCommand } from './commands/doctor.ts';
import { explainCommand } from './commands/explain.ts';
import { exportCommand } from './commands/export.ts';
import { getCommand } from './commands/get.ts';
import { importCommand } from './commands/import.ts';
import { initCommand } from './commands/init.ts';
import { logCommand } from './commands/log.ts';
import { packingCommand } from './commands/packing.ts';
import { planCommand } from './commands/plan.ts';
import { priceCommand } from './commands/price.ts';
import { reportCommand } from './commands/report.ts';
import { runCommand } from './commands/run.ts';
import { schemaCommand } from './commands/schema.ts';
import { sensitivityCommand } from './commands/sensitivity.ts';
import { sizeCommand } from './commands/size.ts';
import { sweepCommand } from './commands/sweep.ts';
import { validateCommand } from './commands/validate.ts';

export type { Arguments, Command, Flag, Flags, Operand } from './commands/command.ts';
export { GLOBAL_FLAGS, INSTANCE_FLAGS, PRICE_FLAGS } from './commands/shared-flags.ts';

/**
 * All commands, in the order of the help. Each is data in a module of its own, so that `--help` and `completion` load
 * nothing else; what it does is in the module that its `load` names.
 */
export const COMMANDS: readonly Command[] = [
  initCommand,
  validateCommand,
  planCommand,
  runCommand,
  compareCommand,
  sweepCommand,
  sizeCommand,
  sensitivityCommand,
  packingCommand,
  explainCommand,
  getCommand,
  describeCommand,
  reportCommand,
  exportCommand,
  logCommand,
  priceCommand,
  catalogCommand,
  importCommand,
  schemaCommand,
  doctorCommand,
  completionCommand,
];
