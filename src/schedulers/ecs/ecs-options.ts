import type { OptionsProblem } from '../scheduler.ts';
import type { StartTaskDefinition } from '../start-task-scheduler.ts';
import { type MemberOf, memberOf as memberOfExpression } from './constraints/member-of.ts';
import type { RequiredAttribute } from './constraints/required-attributes.ts';
import { mentions } from './query/expression.ts';
import { readVersion } from './query/ordered-values.ts';
import { parseExpression } from './query/parse-expression.ts';
import { type Register, simulatedRegister } from './slot-facts.ts';
import { BINPACK_FIELDS, type BinpackField, binpack } from './strategies/binpack.ts';
import { random } from './strategies/random.ts';
import { spreadAttribute, spreadInstances } from './strategies/spread.ts';
import type { Step } from './strategies/step.ts';

/** Source of both limits: AWS ECS API reference, RunTask. */
export const MAX_STRATEGIES = 5;
export const MAX_CONSTRAINTS = 10;

/** Strategies and constraints as a request to ECS carries them, read and ready to use. */
export interface Placement {
  /** From the task definition alone. */
  readonly requiresAttributes: readonly RequiredAttribute[];
  /** In order; empty: none given. */
  readonly strategy: readonly Step[];
  readonly memberOf: readonly MemberOf[];
  readonly distinctInstance: boolean;
  /** Zones of the subnets of a task with an interface of its own; null: any. */
  readonly zones: readonly string[] | null;
  /** Capacity provider (instance group) that was selected; null: none, the whole cluster is in scope. */
  readonly capacityProvider: string | null;
  /** The only instance that will do, by name; null: placement decides. */
  readonly instance: string | null;
  /** Task group, where it is not named after the workload; null: it is. */
  readonly group: string | null;
}

export interface EcsOptions {
  /** For tasks that bring no strategy of their own. */
  readonly placement: Placement;
  /** Which of equally good instances: the one asked for first, or any (one draw). Default lowestId: AWS says nothing. */
  readonly tieBreak: TieBreak;
  /** What expressions may ask beyond the cluster store. */
  readonly register: Register;
  /** Schedulers of one's own beside this one, by the file that names them. Absent: none. */
  readonly startTask?: ReadonlyMap<string, StartTaskDefinition>;
}

/** The agent that simulated instances run. Source: aws/amazon-ecs-agent CHANGELOG.md; which one is chosen. */
export const AGENT_VERSION = '1.105.1';

export const ECS_TIE_BREAKS = ['lowestId', 'random'] as const;
export type TieBreak = (typeof ECS_TIE_BREAKS)[number];
const STRATEGY_TYPES = ['spread', 'binpack', 'random'];
const CONSTRAINT_TYPES = ['distinctInstance', 'memberOf'];
const PLACEMENT_KEYS = ['placementStrategy', 'placementConstraints'];
const NATIVE_KEYS = [
  ...PLACEMENT_KEYS,
  'requiresAttributes',
  'zones',
  'capacityProvider',
  'instance',
  'group',
];
/** As the attribute names of container instances. Source: AWS ECS API reference, Attribute. */
const ATTRIBUTE_NAME = /^[\w./\\-]{1,128}$/;

type Path = OptionsProblem['path'];
type Report = (path: Path, message: string, validNames?: readonly string[]) => void;

/**
 * Reads the scheduler's options: `placementStrategy` and `placementConstraints` in AWS's own shape, and `tieBreak`.
 * Nothing given means: AWS's default for the caller, no constraints, lowestId.
 */
export function readEcsOptions(
  raw: unknown,
): { readonly options: EcsOptions } | { readonly problems: readonly OptionsProblem[] } {
  const { problems, report } = collector();
  const entries = mapping(raw ?? {}, [], report, [...PLACEMENT_KEYS, 'tieBreak', 'agentVersion']);
  const placement = placementOf(entries, report);
  const tieBreak = ECS_TIE_BREAKS.find((name) => name === (entries['tieBreak'] ?? 'lowestId'));
  if (tieBreak === undefined) {
    report(
      ['tieBreak'],
      `Cannot break ties by ${show(entries['tieBreak'])}: use lowestId or random`,
      ECS_TIE_BREAKS,
    );
  }
  placement.memberOf.forEach(({ expression }, index) => {
    if (!mentions(expression, ({ kind }) => kind === 'instant')) return;
    const message = 'Cannot compare registeredAt: simulated instances have no date of registration';
    report(['placementConstraints', index, 'expression'], message);
  });
  const version = entries['agentVersion'] ?? AGENT_VERSION;
  const agentVersion = typeof version === 'string' ? readVersion(version) : undefined;
  if (agentVersion === undefined) {
    report(
      ['agentVersion'],
      `Cannot read agent version ${show(version)}: expected one like '${AGENT_VERSION}'`,
    );
  }
  if (problems.length > 0 || tieBreak === undefined) return { problems };
  return { options: { placement, tieBreak, register: simulatedRegister(agentVersion) } };
}

/** Reads what a task brings itself (`TaskClass.native`): strategies, constraints and attributes, in AWS's own shape. */
export function readPlacement(
  raw: unknown,
): { readonly placement: Placement } | { readonly problems: readonly OptionsProblem[] } {
  const { problems, report } = collector();
  const placement = placementOf(mapping(raw, [], report, NATIVE_KEYS), report);
  return problems.length > 0 ? { problems } : { placement };
}

function collector(): { readonly problems: OptionsProblem[]; readonly report: Report } {
  const problems: OptionsProblem[] = [];
  const report: Report = (path, message, validNames) => {
    problems.push(validNames === undefined ? { path, message } : { path, message, validNames });
  };
  return { problems, report };
}

function placementOf(entries: Readonly<Record<string, unknown>>, report: Report): Placement {
  const strategies = list(entries['placementStrategy'], ['placementStrategy'], MAX_STRATEGIES, report);
  const strategy = strategies.flatMap((raw, index) =>
    readStrategy(raw, ['placementStrategy', index], report),
  );
  const constraints = list(
    entries['placementConstraints'],
    ['placementConstraints'],
    MAX_CONSTRAINTS,
    report,
  );
  const memberOf: MemberOf[] = [];
  let distinctInstance = false;
  constraints.forEach((raw, index) => {
    const constraint = readConstraint(raw, ['placementConstraints', index], report);
    if (constraint === 'distinctInstance') distinctInstance = true;
    else if (constraint !== undefined) memberOf.push(constraint);
  });
  const required = list(
    entries['requiresAttributes'],
    ['requiresAttributes'],
    Number.POSITIVE_INFINITY,
    report,
  );
  const requiresAttributes = required.flatMap((raw, index) =>
    readAttribute(raw, ['requiresAttributes', index], report),
  );
  return {
    strategy,
    memberOf,
    distinctInstance,
    requiresAttributes,
    zones: readZones(entries['zones'], report),
    capacityProvider: readName(entries, 'capacityProvider', report),
    instance: readName(entries, 'instance', report),
    group: readName(entries, 'group', report),
  };
}

/** One strategy, in a list; an empty list when it cannot be read. */
function readStrategy(raw: unknown, path: Path, report: Report): Step[] {
  const entries = mapping(raw, path, report, ['type', 'field']);
  const { type, field } = entries;
  const fieldPath = [...path, 'field'];
  // AWS does not use the field of random: whatever stands there is accepted, as requests carry it along.
  if (type === 'random') return [random];
  if (type === 'binpack') {
    const name = typeof field === 'string' ? field.toLowerCase() : '';
    if (Object.hasOwn(BINPACK_FIELDS, name)) return [binpack(name as BinpackField)];
    report(fieldPath, `Cannot binpack by ${show(field)}: use cpu or memory`, Object.keys(BINPACK_FIELDS));
  } else if (type === 'spread') {
    const step = spreadBy(field);
    if (step !== undefined) return [step];
    report(fieldPath, `Cannot spread over ${show(field)}: use instanceId, host or attribute:NAME`, [
      'instanceId',
      'host',
      'attribute:ecs.availability-zone',
    ]);
  } else {
    report(
      [...path, 'type'],
      `Cannot place with strategy ${show(type)}: use spread, binpack or random`,
      STRATEGY_TYPES,
    );
  }
  return [];
}

/** The fixed words in any case, as ECS takes them; attribute names as they are. */
function spreadBy(field: unknown): Step | undefined {
  if (typeof field !== 'string') return undefined;
  const word = field.toLowerCase();
  if (word === 'instanceid' || word === 'host') return spreadInstances;
  const name = field.slice('attribute:'.length);
  return word.startsWith('attribute:') && ATTRIBUTE_NAME.test(name) ? spreadAttribute(name) : undefined;
}

function readConstraint(raw: unknown, path: Path, report: Report): MemberOf | 'distinctInstance' | undefined {
  const { type, expression: text } = mapping(raw, path, report, ['type', 'expression']);
  const expressionPath = [...path, 'expression'];
  if (type === 'distinctInstance') {
    if (text !== undefined)
      report(expressionPath, 'Cannot give distinctInstance an expression: it takes none');
    return 'distinctInstance';
  }
  if (type !== 'memberOf') {
    const message = `Cannot constrain by ${show(type)}: use distinctInstance or memberOf`;
    report([...path, 'type'], message, CONSTRAINT_TYPES);
    return undefined;
  }
  if (typeof text !== 'string') {
    report(expressionPath, 'Cannot read memberOf without an expression');
    return undefined;
  }
  const read = parseExpression(text);
  if ('expression' in read) return memberOfExpression(text, read.expression);
  report(expressionPath, `Cannot read the expression ${show(text)}: ${read.problem}`);
  return undefined;
}

/** One attribute, in a list; an empty list when it cannot be read. */
function readAttribute(raw: unknown, path: Path, report: Report): RequiredAttribute[] {
  const { name, value = null } = mapping(raw, path, report, ['name', 'value']);
  if (typeof name === 'string' && ATTRIBUTE_NAME.test(name)) {
    if (value === null || typeof value === 'string') return [{ name, value }];
    report([...path, 'value'], `Cannot require the value ${show(value)}: expected text`);
  } else {
    report(
      [...path, 'name'],
      `Cannot require the attribute ${show(name)}: expected 1 to 128 letters, digits or ./\\_-`,
    );
  }
  return [];
}

function readZones(raw: unknown, report: Report): readonly string[] | null {
  if (raw === undefined || raw === null) return null;
  const zones = list(raw, ['zones'], Number.POSITIVE_INFINITY, report);
  if (zones.every((zone) => typeof zone === 'string')) return zones;
  report(['zones'], `Cannot read zones ${show(raw)}: expected names`);
  return null;
}

function readName(entries: Readonly<Record<string, unknown>>, key: string, report: Report): string | null {
  const raw = entries[key] ?? null;
  if (raw === null || typeof raw === 'string') return raw;
  report([key], `Cannot read ${key} ${show(raw)}: expected a name`);
  return null;
}

function mapping(raw: unknown, path: Path, report: Report, keys: readonly string[]): Record<string, unknown> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    report(path, `Cannot read ${show(raw)}: expected a mapping with ${keys.join(', ')}`);
    return {};
  }
  for (const key of Object.keys(raw)) {
    if (!keys.includes(key)) report([...path, key], `Unknown key ${show(key)}: use ${keys.join(', ')}`, keys);
  }
  return raw as Record<string, unknown>;
}

function list(raw: unknown, path: Path, limit: number, report: Report): readonly unknown[] {
  if (raw === undefined || raw === null) return [];
  if (!Array.isArray(raw)) {
    report(path, `Cannot read ${show(raw)}: expected a list`);
    return [];
  }
  if (raw.length > limit) report(path, `Cannot take ${raw.length} entries: ECS allows ${limit}`);
  return raw;
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? 'nothing');
}
