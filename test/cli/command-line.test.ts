import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cli/command-line.ts';
import { InputError } from '../../src/errors.ts';

/** Reading of command lines, without the process around it. */
const argsOf = (line: string) => parseCommandLine(line.split(' ')).args;

/** The one complaint about a line: message and hint. */
function complaint(...line: string[]): string {
  try {
    parseCommandLine(line);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const [{ code, message, hint }] = error.diagnostics as [(typeof error.diagnostics)[number]];
    expect(error.diagnostics.length).toBe(1);
    expect(code).toBe('E5001');
    return hint === undefined ? message : `${message}; ${hint}`;
  }
  return 'none';
}

describe('parseCommandLine()', () => {
  test('takes flags before, between and after operands', () => {
    const expected = { scenario: 'a.yaml', seed: '7', verify: true, output: 'json' };
    expect(argsOf('run a.yaml --seed 7 --verify -o json')).toMatchObject(expected);
    expect(argsOf('--verify --seed=7 -o=json run a.yaml')).toMatchObject(expected);
    expect(argsOf('--output json run --verify a.yaml --seed 7')).toMatchObject(expected);
  });

  test('leaves operands as they are typed: numbers, -, and what follows --', () => {
    expect(argsOf('run 007')).toMatchObject({ scenario: '007' });
    expect(argsOf('run -')).toMatchObject({ scenario: '-' });
    expect(argsOf('run -- --odd.yaml')).toMatchObject({ scenario: '--odd.yaml' });
    expect(argsOf('validate a 1e3 -')).toMatchObject({ scenario: ['a', '1e3', '-'] });
  });

  test('collects flags that may be repeated, one value each', () => {
    const args = argsOf('run a.yaml --set x=1 --set y=2 --check unplaced==0 --fail-on unplaced');
    expect(args).toMatchObject({ set: ['x=1', 'y=2'], check: ['unplaced==0'], 'fail-on': ['unplaced'] });
  });

  test('fills in defaults, and leaves out what was not given', () => {
    const args = argsOf('run a.yaml');
    expect(args).toMatchObject({ output: 'text', progress: 'auto', color: 'auto', 'fail-on': ['checks'] });
    for (const name of ['seed', 'report', 'verify', 'json', 'set']) expect(args).not.toHaveProperty(name);
  });

  test('--report stands alone or takes a name', () => {
    expect(argsOf('run a.yaml --report')).toMatchObject({ report: '' });
    expect(argsOf('run a.yaml --report --force')).toMatchObject({ report: '', force: true });
    expect(argsOf('run a.yaml --report=b.html')).toMatchObject({ report: 'b.html' });
    expect(argsOf('run a.yaml --report b.html')).toMatchObject({ report: 'b.html' });
  });

  test('knows the other names of flags', () => {
    expect(argsOf('validate a.yaml --format github')).toMatchObject({ output: 'github' });
    expect(argsOf('run a.yaml --no-color')).toMatchObject({ color: 'never' });
    expect(argsOf('catalog instances --no-gpu')).toMatchObject({ gpu: false });
  });

  test.each([
    [['rnu', 'a.yaml'], "there is no command 'rnu'; did you mean run?"],
    [['frobnicate'], "there is no command 'frobnicate'; 'stowage --help' lists the commands"],
    [
      [],
      'a command is missing; use init, validate, plan, run, compare, sweep, size, sensitivity, packing, explain, get, describe, report, export, log, price, catalog, import, schema, doctor or completion',
    ],
    [['--sede', '3'], 'there is no flag --sede; did you mean --seed?'],
    [['run', 'a.yaml', '--plaform', 'x'], 'there is no flag --plaform; did you mean --platform?'],
    [['run', 'a.yaml', '--outpt=json'], 'there is no flag --outpt; did you mean --out or --output?'],
    [['run', 'a.yaml', '-x'], 'there is no flag -x'],
    [['run', 'a.yaml', '--no-seed'], 'there is no flag --no-seed'],
    [
      ['plan', 'a.yaml', '--seed', '4'],
      'there is no flag --seed here; it belongs to run, compare and packing',
    ],
    [['compare', 'a.yaml', '--verify'], 'there is no flag --verify here; it belongs to run and log'],
    [['run'], '<scenario> is missing; stowage run <scenario>'],
    [['validate'], '<scenario...> is missing; stowage validate <scenario...>'],
    [['run', 'a', 'b'], "cannot use 'b': one argument too many; stowage run a --out b"],
    [['run', 'a', 'b', '--out', 'c'], "cannot use 'b': one argument too many; stowage run <scenario>"],
    [['run', 'a', 'b', 'c'], "cannot use 'b': one argument too many; stowage run <scenario>"],
    [
      ['get', 'services', 'results/a b'],
      "cannot use 'results/a b': one argument too many; stowage get services --result 'results/a b'",
    ],
    [
      ['explain', 'node/i-0000001', 'r'],
      "cannot use 'r': one argument too many; stowage explain node/i-0000001 --result r",
    ],
    [
      ['init', 'here', 'ecs-web'],
      "cannot use 'ecs-web': one argument too many; stowage init here --template ecs-web",
    ],
    [['plan', 'a', 'b'], "cannot use 'b': one argument too many; stowage plan <scenario>"],
    [['doctor', 'x'], "cannot use 'x': one argument too many; stowage doctor"],
    [['run', 'a', '--seed'], '--seed needs a value'],
    [['run', 'a', '--set'], '--set needs a value'],
    [['run', 'a', '--out='], '--out needs a value'],
    [['run', 'a', '--seed', '1', '--seed', '2'], '--seed is given more than once'],
    [['run', 'a', '-o', 'json', '--output', 'text'], '--output is given more than once'],
    [['run', 'a', '-o', 'jsno'], 'cannot use --output \'jsno\'; did you mean "json"?'],
    [['run', 'a', '-o', 'parquet'], "cannot use --output 'parquet'; use text, json or yaml"],
    [['run', 'a', '--fail-on', 'unplacd'], 'cannot use --fail-on \'unplacd\'; did you mean "unplaced"?'],
    [['run', 'a', '--verify=yes'], 'cannot use --verify=yes; --verify takes no value'],
    [['catalog', 'instances', '--min-cpu', 'four'], 'cannot use --min-cpu: its value is no number'],
    [['catalog', 'instance'], 'there is no list \'instance\'; did you mean "instances"?'],
    [['completion', 'tcsh'], "there is no shell 'tcsh'; use bash, zsh or fish"],
    [['completion'], '<shell> is missing; stowage completion <shell>'],
    [['schema', 'summry'], 'there is no kind \'summry\'; did you mean "summary"?'],
  ])('%j: %s', (line, expected) => {
    expect(complaint(...line)).toBe(expected);
  });
});
