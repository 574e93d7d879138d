/**
 * The three kinds of things that go wrong:
 * 1. bad input: `InputError`, carrying every `Diagnostic` found, each with a stable code and a position;
 * 2. expected outcomes (no room, interrupted): plain values, never thrown;
 * 3. bugs: `assert` throws `InvariantError`, always on, caught by nobody but the command line (exit code 1).
 */

/** Where in the input a diagnostic points. Lines and columns count from 1; columns count code points. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Number of code points underlined; at least 1. */
  readonly length: number;
}

/** One finding about the input. Codes are stable for ever: E1xxx scenario, E2xxx semantics, E3xxx traces, E4xxx files. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: DiagnosticCode;
  /** What cannot be done, the value, the constraint, the valid names. One sentence, no full stop at the end. */
  readonly message: string;
  readonly position?: SourcePosition | undefined;
  /** Path inside the document: `workload.services[0].template`. */
  readonly path?: string | undefined;
  /** The line of source the position points at, for the excerpt. */
  readonly excerpt?: string | undefined;
  /** A "did you mean" or a way out. */
  readonly hint?: string | undefined;
}

/** Every code with the sentence that `stowage explain CODE` begins with. */
export const DIAGNOSTIC_CODES = {
  E1001: 'The file is empty.',
  E1002: 'The file is larger than the limit for its kind.',
  E1003: 'The file is not valid UTF-8, or contains a NUL character.',
  E1004: 'The document is nested deeper than 64 levels.',
  E1005: 'The YAML cannot be parsed.',
  E1006: 'Aliases expand to more nodes than allowed.',
  E1007: 'The document is not a mapping.',
  E1101: 'A required key is missing.',
  E1102: 'A value has the wrong type.',
  E1103: 'A value is outside its range.',
  E1104: 'A quantity, duration or price cannot be read.',
  E1105: 'A key appears twice.',
  E1106: 'A key that JavaScript objects reserve (__proto__, constructor, prototype) is not allowed.',
  E1203: 'A key is unknown.',
  E1204: 'A name does not exist: the valid names are listed.',
  E1205: 'Two entries have the same name.',
  E1206: 'A feature is not supported in this version.',
  E1207:
    'A plug-in is not allowed (--allow-plugins), cannot be loaded, exports nothing of use, or breaks its rules.',
  E1208: 'An imported file lies outside the folder of the scenario, or is a link out of it.',
  E1209: 'The version of the scenario language is not known.',
  E2001: 'A task can never be placed: it asks for more than the largest instance offers.',
  W2001: 'A task can never be placed: it asks for more than the largest instance offers.',
  E2002: 'No instance of the fleet can satisfy the constraints of a template.',
  W2002: 'The first arrival comes after the horizon.',
  W2004: 'No instance of the fleet can satisfy the constraints of a template.',
  W2003: 'No seed is given; one was chosen and printed.',
  E2003: 'A Kubernetes object cannot be used: the API server would refuse it, or it contradicts another one.',
  E2004: 'Kubernetes objects can run on Kubernetes platforms only.',
  W2005: 'A Kubernetes object, or a part of one, is not simulated and was left out.',
  E2011: 'A document of the ECS API cannot be used: ECS would refuse it, or it names what is not there.',
  E2012: 'Documents of the ECS API can run on ECS platforms only.',
  W2011: 'A document of the ECS API, or a part of one, is not simulated and was left out.',
  W2012: 'A platform is larger than a quota of Amazon ECS allows.',
  E2101: 'A price that the bill needs is not known, of an instance type or of anything else.',
  E2102: 'The instance type does not exist in this region or zone.',
  E2103: 'Usage or a commitment cannot be billed as it is stated.',
  E3001: 'A row of a trace cannot be read.',
  E3002: 'A column of a trace is missing.',
  E3003: 'A trace has no rows in the window.',
  E3004: 'Two files of a trace do not belong together.',
  E3005: 'A trace line is longer than the limit.',
  E3006: 'The compressed file is damaged, or expands beyond the allowed ratio.',
  E4001: 'A file cannot be read.',
  E4002: 'A file cannot be written.',
  E4003: 'The output exists already.',
  E4004: 'A result directory is damaged or of another version.',
  E4005: 'The traces folder is not set.',
  E4006: 'A file is not the one that the plan was made for.',
  E4007: 'A result cannot be made again: the run comes to something else.',
  E4008: 'A file is no price list that stowage knows.',
  E4009: 'A queue or database cannot be reached, or refuses.',
  E4010: 'A package that only this needs is not installed.',
  E4011: 'A worker thread has died twice of the same work.',
  E4012: 'An event log holds a sample of the tasks: it proves nothing about the run.',
  E5001: 'A value given on the command line cannot be used.',
} as const;

export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES;

/** Bad input. Holds at least one error; the command line prints them all and exits with 3 (4 for E4xxx). */
export class InputError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  constructor(diagnostics: readonly Diagnostic[]) {
    const first = diagnostics[0];
    super(first ? `${first.code}: ${first.message}` : 'input error');
    this.name = 'InputError';
    this.diagnostics = diagnostics;
  }
}

/** A bug in stowage: something that must always hold does not. */
export class InvariantError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvariantError';
  }
}

/**
 * Throws `InvariantError` when `condition` is false. Stays on in release builds; keep the message a constant
 * string in hot code, so that nothing is built when the condition holds.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** For the `default` branch of a switch that handles every case: a compile error when a case is missing. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable case: ${String(value)}`);
}
