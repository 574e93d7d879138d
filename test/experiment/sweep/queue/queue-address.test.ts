import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  looksLikeAddress,
  maskedReason,
  maskSecrets,
  parseQueueAddress,
} from '../../../../src/experiment/sweep/queue/queue-address.ts';

describe('parseQueueAddress()', () => {
  test.each([
    ['postgres://me:secret@db:5432/sweeps', 'postgres', 'postgres://me:***@db:5432/sweeps'],
    ['postgresql://db/sweeps', 'postgres', 'postgresql://db/sweeps'],
    ['redis://:secret@cache:6379/2', 'redis', 'redis://:***@cache:6379/2'],
    ['rediss://cache', 'redis', 'rediss://cache'],
    [
      'postgres://me@db/sweeps?password=secret&ssl=true',
      'postgres',
      'postgres://me@db/sweeps?password=***&ssl=true',
    ],
  ])('%s', (url, kind, shown) => {
    expect(parseQueueAddress(url, '--queue')).toEqual({ kind, url, shown });
  });

  test.each(['mysql://me:secret@db/x', 'postgres://', 'redis:', 'db:5432', 'postgres://me:secret@:x/'])(
    'refuses %s, and does not say the password',
    (url) => {
      const error = (() => {
        try {
          return parseQueueAddress(url, '--queue');
        } catch (caught) {
          return caught;
        }
      })();
      expect(error).toBeInstanceOf(Error);
      expect((error as Error).message).toMatch(/^E5001: Cannot use '.*' for --queue$/);
      expect((error as Error).message).not.toContain('secret');
    },
  );
});

describe('maskSecrets()', () => {
  test('takes the password out of every address in a text, whatever characters it is of', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    // Unescaped, a slash, a question mark or a hash would end the part of the user; quotes and blanks end words.
    const password = fc.stringMatching(/^[A-Z0-9!$%&()*+,.:;<=>@^_{|}~-]{4,20}$/);
    fc.assert(
      fc.property(word, password, word, (user, secret, host) => {
        const text = `a postgres://${user}:${secret}@${host}/db b redis://:${secret}@${host} c`;
        expect(maskSecrets(text)).toBe(`a postgres://${user}:***@${host}/db b redis://:***@${host} c`);
      }),
      { seed: 20261122, numRuns: 300 },
    );
  });

  test('leaves everything else alone', () => {
    const text = 'sweep run a@b.yaml --set x=https://example.org/a:b --queue env:QUEUE';
    expect(maskSecrets(text)).toBe(text);
  });
});

test('maskedReason() takes the password out of what a client has said, escaped or not', () => {
  const address = parseQueueAddress('postgres://me:p%40ss@db/x', '--queue');
  const error = new Error('no pg_hba.conf entry for p@ss, p%40ss of postgres://me:p%40ss@db/x\nat line 2');
  expect(maskedReason(address, error)).toBe('no pg_hba.conf entry for ***, *** of postgres://me:***@db/x');
  expect(maskedReason(address, { code: 'ECONNREFUSED', message: '' })).toBe('ECONNREFUSED');
});

test('looksLikeAddress() tells addresses from paths', () => {
  expect(['postgres://x', 'REDIS://x', 'folder', './a', 'C:\\x', 's3:x'].map(looksLikeAddress)).toEqual([
    ...[true, true, false, false, false, false],
  ]);
});
