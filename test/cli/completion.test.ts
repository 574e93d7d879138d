import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { freshFolder, stowage } from './process.ts';

/** Completion scripts, tried in the shells that are installed. */
const scriptFor = (shell: string) => stowage(['completion', shell]).stdout;
const has = (shell: string) => spawnSync(shell, ['--version']).error === undefined;

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'])('%s knows every command and every flag', (shell) => {
    const script = scriptFor(shell);
    for (const { name, flags } of COMMANDS) {
      expect(script).toContain(name);
      for (const flag of Object.keys(flags))
        expect(script).toContain(shell === 'fish' ? `-l ${flag}` : `--${flag}`);
    }
  });

  test('is read without complaint by the shells that are installed', () => {
    const checks = { bash: '-n', zsh: '-n', fish: '--no-execute' };
    for (const [shell, flag] of Object.entries(checks).filter(([name]) => has(name))) {
      const { status, stderr } = spawnSync(shell, [flag], { input: scriptFor(shell), encoding: 'utf8' });
      expect({ shell, status, stderr }).toEqual({ shell, status: 0, stderr: '' });
    }
  });
});

describe.runIf(has('bash'))('the function for bash', () => {
  const script = has('bash') ? scriptFor('bash') : '';
  const folder = freshFolder({ 'shop.yaml': '' });

  /** What is offered for the last of the words typed. */
  function offered(...words: string[]): string[] {
    const typed = ['stowage', ...words].map((word) => `'${word}'`).join(' ');
    const drive = `COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _stowage; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = spawnSync('bash', ['-c', `${script}\n${drive}`], { cwd: folder, encoding: 'utf8' });
    return stdout.split('\n').filter((line) => line !== '');
  }

  test('offers commands first', () => {
    expect(offered('').filter((word) => !word.startsWith('-'))).toEqual(COMMANDS.map(({ name }) => name));
    expect(offered('co')).toEqual(['compare', 'completion']);
    expect(offered('x')).toEqual([]);
  });

  test('then the flags of the command', () => {
    expect(offered('run', 'shop.yaml', '--pl')).toEqual(['--platform']);
    expect(offered('compare', '--pl')).toEqual(['--platforms']);
    expect(offered('validate', '--fo')).toEqual(['--format']);
  });

  test('the values of a flag, and the words of an operand, where they are known', () => {
    expect(offered('run', '--progress', '')).toEqual(['auto', 'bar', 'plain', 'json', 'none']);
    expect(offered('compare', '-o', 'm')).toEqual(['markdown']);
    expect(offered('catalog', 'm')).toEqual(['metrics']);
    expect(offered('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });

  test('else files', () => {
    expect(offered('run', 's')).toEqual(['shop.yaml']);
    expect(offered('run', '--out', 's')).toEqual(['shop.yaml']);
  });
});
