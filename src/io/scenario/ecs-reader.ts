import type * as z from 'zod';
import type { EcsProblem } from '../../model/ecs/task-definition.ts';
import { parseDurationMs } from '../../units.ts';
import { didYouMean } from './did-you-mean.ts';
import { ECS_SHAPES, type EcsDocument, type EcsShapes, isObject } from './ecs-documents.ts';
import { ECS_FIELDS, type EcsShape } from './ecs-fields.ts';
import { Problems, type Path } from './locate.ts';

/** Tags by which a request or task definition says what the ECS API has no words for. */
export const STOWAGE_TAGS = [
  'stowage:runtime',
  'stowage:startup',
  'stowage:at',
  'stowage:schedule',
  'stowage:ready',
  'stowage:failures',
] as const;
export type StowageTag = (typeof STOWAGE_TAGS)[number];

/** What to call a document in messages. */
const TITLES: Readonly<Record<EcsDocument['kind'], string>> = {
  taskDefinition: 'task definition',
  service: 'service',
  runTask: 'RunTask request',
  startTask: 'StartTask request',
  containerInstance: 'container instance',
  subnet: 'subnet',
  unknown: 'document',
};

/** One document being read; findings stand at their own place in its file. */
export class EcsReader {
  readonly document: EcsDocument;
  readonly #problems: Problems;

  constructor(document: EcsDocument, problems: Problems) {
    this.document = document;
    this.#problems = problems;
  }

  /** The document, typed; undefined after E2011. Fields that are left out or unknown are warnings (W2011). */
  read<Kind extends keyof EcsShapes>(kind: Kind): EcsShapes[Kind] | undefined {
    const parsed = (ECS_SHAPES[kind] as unknown as z.ZodType<EcsShapes[Kind]>).safeParse(this.document.value);
    if (!parsed.success) {
      for (const { path, message } of parsed.error.issues) {
        this.error(path as Path, lowerFirst(message.replace(/^Invalid input: /, '')));
      }
      return undefined;
    }
    if (kind !== 'subnet' && kind !== 'containerInstance')
      this.#checkFields(kind as EcsShape, this.document.value, []);
    return parsed.data;
  }

  error(path: Path, message: string, hint?: string): void {
    this.#at((here, base) => here.error('E2011', [...base, ...path], `${this.title}: ${message}`, { hint }));
  }

  leftOut(path: Path, message: string, hint?: string): void {
    this.#at((here, base) =>
      here.warning('W2011', [...base, ...path], `${this.title}: ${message}`, { hint }),
    );
  }

  /** What ECS would answer instead of taking the document. */
  refused(problems: readonly EcsProblem[]): void {
    for (const { path, message } of problems) this.error(path, lowerFirst(message));
  }

  get title(): string {
    const { kind, value } = this.document;
    const name = isObject(value)
      ? (value['serviceName'] ?? value['family'] ?? value['taskDefinition'])
      : undefined;
    return typeof name === 'string' ? `${TITLES[kind]} ${name}` : `this ${TITLES[kind]}`;
  }

  /** Stowage's own tags of the document. Others pass. */
  tags(): ReadonlyMap<StowageTag, string> {
    const found = new Map<StowageTag, string>();
    const { tags } = this.document;
    (Array.isArray(tags) ? tags : []).forEach((tag: unknown, index) => {
      const [key, value] = isObject(tag) ? [tag['key'], tag['value']] : [];
      if (typeof key !== 'string' || !key.startsWith('stowage:')) return;
      const known = STOWAGE_TAGS.find((name) => name === key);
      if (known === undefined)
        this.error(['tags', index], `there is no tag "${key}"`, didYouMean(key, STOWAGE_TAGS));
      else if (typeof value !== 'string') this.error(['tags', index], `the tag ${key} has no value`);
      else found.set(known, value);
    });
    return found;
  }

  /** A tag's duration in milliseconds; undefined when it is not there, or after E2011. */
  duration(tags: ReadonlyMap<StowageTag, string>, tag: StowageTag): number | undefined {
    const text = tags.get(tag);
    if (text === undefined) return undefined;
    const durationMs = parseDurationMs(text);
    if (durationMs === undefined)
      this.error(['tags'], `cannot read ${tag} "${text}": expected one like 90s or 1h30m`);
    return durationMs;
  }

  #checkFields(shape: EcsShape, value: unknown, path: Path): void {
    if (!isObject(value)) return;
    const { read, leftOut }: { readonly read: readonly string[]; readonly leftOut: readonly string[] } =
      ECS_FIELDS[shape];
    for (const [key, part] of Object.entries(value)) {
      if (isEmpty(part)) continue;
      if (leftOut.includes(key)) this.leftOut([...path, key], `${key} is not simulated`);
      else if (!read.includes(key)) {
        this.leftOut([...path, key], `there is no field ${key}`, didYouMean(key, [...read, ...leftOut]));
      }
    }
    if (shape === 'taskDefinition') {
      const containers = value['containerDefinitions'];
      (Array.isArray(containers) ? containers : []).forEach((container, index) => {
        this.#checkFields('containerDefinition', container, ['containerDefinitions', index]);
      });
    }
    if (shape === 'service') {
      this.#checkFields('deploymentConfiguration', value['deploymentConfiguration'], [
        'deploymentConfiguration',
      ]);
    }
    if (shape === 'runTask' || shape === 'startTask')
      this.#checkFields('overrides', value['overrides'], ['overrides']);
  }

  #at(add: (here: Problems, base: Path) => void): void {
    const here = new Problems(this.document.locate);
    add(here, this.document.path);
    this.#problems.adopt(here.list);
  }
}

/** What JSON prints for a field that is not set, and skeletons leave in place. */
function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every(isEmpty);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
