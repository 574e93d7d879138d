import type * as z from 'zod';
import { type TaskTemplate, UNKNOWN_STARTUP } from '../../model/plan.ts';
import { LANE } from '../../model/resources.ts';
import type { ImageRef } from '../../model/task-class.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Path } from './locate.ts';
import { resolveDistribution } from './resolve-distribution.ts';
import { resolveEcsTemplate } from './resolve-ecs-template.ts';
import { bytes, cpuMilli } from './resolve-types.ts';
import { resolveUsage } from './resolve-usage.ts';
import type { Resolving } from './resolving.ts';
import type { Entry } from './sections.ts';
import type { NamedTemplateInput, rowTemplateSchema, templateSchema } from './template-schema.ts';

type TemplateInput = z.output<typeof templateSchema> | z.output<typeof rowTemplateSchema>;
type Body = Exclude<TemplateInput, string> & Partial<Pick<NamedTemplateInput, 'cpu' | 'memory' | 'gpu'>>;

/** Names of lanes that every platform has, and of those that Kubernetes adds for scoring, and ECS for host ports. */
const TAKEN_RESOURCES = [...Object.keys(LANE), 'nonzero-cpu', 'nonzero-memory', 'PORTS'];

/**
 * The template of a group, inline or by name. `isForRows`: CPU, memory and GPUs come from the rows of a trace; the
 * template must not have them, since they would be ignored. An inline template is named after its group.
 * Undefined when it is reported or was reported before.
 */
export function resolveTemplate(
  input: TemplateInput,
  owner: { readonly path: Path; readonly name: string; readonly isForRows: boolean },
  resolving: Resolving,
): TaskTemplate | undefined {
  const path = [...owner.path, 'template'];
  refuseUnits(input, owner, resolving);
  if (typeof input !== 'string') return soundBody(input, owner.name, path, resolving);
  const named = namedTemplate(input, path, resolving);
  if (named === undefined || !hasRightRequests(named, input, owner, resolving)) return undefined;
  return soundBody(named.value, input, named.path, resolving);
}

/** Rows say how much CPU they want; units beside them would be ignored. */
function refuseUnits(
  input: TemplateInput,
  owner: { readonly path: Path; readonly isForRows: boolean },
  { sections, problems, placeOf }: Resolving,
): void {
  const named = sections.templates.find((entry) => entry.path[1] === input);
  const body = typeof input === 'string' ? named?.value : input;
  if (!owner.isForRows || body?.ecs?.cpuUnits === undefined) return;
  const at = typeof input === 'string' ? named!.path : [...owner.path, 'template'];
  const message = `${placeOf(at)} says cpuUnits, which ${placeOf(owner.path)} takes from its rows`;
  problems.error('E1203', [...at, 'ecs', 'cpuUnits'], message, { part: 'key' });
}

/** The template if nothing is wrong with it: one with a mistake must not lead to findings about the fleet. */
function soundBody(input: Body, name: string, path: Path, resolving: Resolving): TaskTemplate | undefined {
  const before = resolving.problems.list.length;
  const template = resolveBody(input, name, path, resolving);
  return resolving.problems.list.length === before ? template : undefined;
}

function namedTemplate(
  name: string,
  path: Path,
  { sections, problems }: Resolving,
): Entry<NamedTemplateInput> | undefined {
  const found = sections.templates.find((entry) => entry.path[1] === name);
  if (found !== undefined || sections.brokenNames.templates.has(name)) return found;
  const names = [
    ...sections.templates.map((entry) => String(entry.path[1])),
    ...sections.brokenNames.templates,
  ];
  const hint = names.length === 0 ? 'there are no templates' : didYouMean(name, names);
  problems.error('E1204', path, `there is no template "${name}"`, { hint });
  return undefined;
}

function hasRightRequests(
  { path, value }: Entry<NamedTemplateInput>,
  name: string,
  owner: { readonly path: Path; readonly isForRows: boolean },
  { problems, placeOf }: Resolving,
): boolean {
  const place = placeOf(owner.path);
  if (owner.isForRows) {
    const key = (['cpu', 'memory', 'gpu'] as const).find((request) => value[request] !== undefined);
    if (key === undefined) return true;
    const message = `template "${name}" says ${key}, which ${place} takes from its rows`;
    problems.error('E1203', [...path, key], message, {
      part: 'key',
      hint: `give ${place} a template without it`,
    });
    return false;
  }
  const missing = (['cpu', 'memory'] as const).find((request) => value[request] === undefined);
  if (missing === undefined) return true;
  problems.error(
    'E1101',
    [...path, missing],
    `missing key "${missing}" in template "${name}", which ${place} uses`,
  );
  return false;
}

function resolveBody(input: Body, name: string, path: Path, resolving: Resolving): TaskTemplate {
  const { problems, placeOf } = resolving;
  const place = placeOf(path);
  for (const resource of Object.keys(input.extended)) {
    if (!TAKEN_RESOURCES.includes(resource)) continue;
    problems.error(
      'E1103',
      [...path, 'extended', resource],
      `${place}: "${resource}" is no extended resource`,
      {
        hint: 'use a name like example.com/fpga',
        part: 'key',
      },
    );
  }
  const { image } = input;
  return {
    name,
    cpuMilli: input.cpu === undefined ? 0 : cpuMilli(input.cpu),
    memoryBytes: input.memory === undefined ? 0 : bytes(input.memory),
    ephemeralBytes: bytes(input.ephemeral),
    gpu: resolveGpu(input.gpu, [...path, 'gpu'], resolving),
    extended: new Map(Object.entries(input.extended)),
    hostPorts: resolvePorts(input, path, resolving),
    network: input.network,
    image: image === undefined ? null : resolveImage(image, [...path, 'image'], resolving),
    startup: resolveStartup(input.startup, [...path, 'startup'], resolving),
    labels: new Map(Object.entries(input.labels)),
    where: new Map(Object.entries(input.where)),
    ...(input.kubernetes?.schedulerName !== undefined && {
      kubernetes: { schedulerName: input.kubernetes.schedulerName },
    }),
    ...(input.usage !== undefined && {
      usage: resolveUsage(
        input.usage,
        input.memory === undefined ? null : bytes(input.memory),
        [...path, 'usage'],
        resolving,
      ),
    }),
    distinctInstance: input.distinctInstance,
    tolerations: resolveTolerations(input.tolerations, [...path, 'tolerations'], resolving),
    priority: input.priority,
    ...(input.ecs !== undefined && { ecs: resolveEcsTemplate(input.ecs, [...path, 'ecs'], resolving) }),
    ...(input.preemptionPolicy === 'Never' && { preemptionPolicy: input.preemptionPolicy }),
  };
}

/** An image of layers has their sizes together; it needs them or a size of its own. */
function resolveImage(
  { name, size, layers }: NonNullable<Body['image']>,
  path: Path,
  { problems, placeOf }: Resolving,
): ImageRef {
  if ((size === undefined) === (layers === undefined)) {
    const message = `${placeOf(path)}: an image has either a size or layers`;
    problems.error(size === undefined ? 'E1101' : 'E1103', [...path, 'size'], message, {
      hint: 'size: 300MB',
    });
  }
  if (layers === undefined) return { name, sizeBytes: size === undefined ? 0 : bytes(size) };
  layers.forEach((layer, index) => {
    if (layers.findIndex((other) => other.name === layer.name) === index) return;
    problems.error(
      'E1205',
      [...path, 'layers', index, 'name'],
      `${placeOf(path)}: layer "${layer.name}" appears twice`,
    );
  });
  const sized = layers.map((layer) => ({ name: layer.name, sizeBytes: bytes(layer.size) }));
  return { name, sizeBytes: sized.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0), layers: sized };
}

function resolveStartup(input: Body['startup'], path: Path, resolving: Resolving): TaskTemplate['startup'] {
  if (input === 'parts') return input;
  return input === undefined ? unsaidStartup(resolving) : resolveDistribution(input, path, resolving);
}

/** Of a template that says nothing: in parts as soon as a platform of the scenario knows them. */
export function unsaidStartup({ sections }: Resolving): TaskTemplate['startup'] {
  const knowsParts = sections.platforms.some(
    ({ value }) => value.kind === 'ecs' && value.taskLife !== undefined,
  );
  return knowsParts ? 'parts' : UNKNOWN_STARTUP;
}

function resolveGpu(input: Body['gpu'], path: Path, { problems, placeOf }: Resolving): TaskTemplate['gpu'] {
  if (input === undefined) return null;
  if (typeof input === 'number') return { count: input, milli: 1000, models: [] };
  const { count, share, models = [] } = input;
  if (share !== undefined && count !== undefined && count > 1) {
    const message = `${placeOf(path)}: a share is of one device, several devices are always whole`;
    problems.error('E1103', [...path, 'share'], message);
  }
  return { count: count ?? 1, milli: share === undefined ? 1000 : cpuMilli(share), models };
}

/**
 * Ports taken on the instance: `hostPorts`, and with network host the container ports too, because they are the
 * instance's. In network mode awsvpc the ports are those of the task's own interface, and with none there are none.
 * Source: AWS ECS developer guide, task definition parameters, portMappings.
 */
function resolvePorts(input: Body, path: Path, { problems, placeOf }: Resolving): TaskTemplate['hostPorts'] {
  const { network, hostPorts, ports } = input;
  const lacks = network === 'none' ? [...hostPorts, ...ports] : network === 'awsvpc' ? hostPorts : [];
  if (lacks.length > 0) {
    const key = hostPorts.length > 0 ? 'hostPorts' : 'ports';
    const reason =
      network === 'none'
        ? 'without a network there are no ports'
        : 'a task with its own interface takes no port of the instance';
    problems.error('E1103', [...path, key], `${placeOf(path)}: ${reason}`, { part: 'key' });
  }
  const taken: { port: number; protocol: 'TCP' | 'UDP' }[] = [];
  const add = (list: Body['ports'], key: string) => {
    list.forEach((entry, index) => {
      const port = typeof entry === 'number' ? { port: entry, protocol: 'TCP' as const } : entry;
      const isTaken = taken.some((other) => other.port === port.port && other.protocol === port.protocol);
      if (!isTaken) taken.push(port);
      else
        problems.error(
          'E1205',
          [...path, key, index],
          `${placeOf(path)}: port ${port.port} ${port.protocol} appears twice`,
        );
    });
  };
  add(hostPorts, 'hostPorts');
  if (network === 'host') add(ports, 'ports');
  return taken;
}

function resolveTolerations(
  input: Body['tolerations'],
  path: Path,
  { problems, placeOf }: Resolving,
): TaskTemplate['tolerations'] {
  return input.map(({ key, operator, value, effect, tolerationSeconds }, index) => {
    const fail = (message: string) =>
      problems.error('E1103', [...path, index], `${placeOf([...path, index])}: ${message}`);
    // Source: kubernetes v1.36.2 pkg/apis/core/validation/validation.go, ValidateTolerations.
    if (key === undefined && operator !== 'Exists') fail('without a key the operator must be Exists');
    if (operator === 'Exists' && value !== undefined && value !== '')
      fail('the operator Exists takes no value');
    if (tolerationSeconds !== undefined && effect !== 'NoExecute')
      fail('tolerationSeconds needs the effect NoExecute');
    return {
      ...(key !== undefined && { key }),
      ...(operator !== undefined && { operator }),
      ...(value !== undefined && { value }),
      ...(effect !== undefined && { effect }),
      ...(tolerationSeconds !== undefined && { tolerationSeconds }),
    };
  });
}
