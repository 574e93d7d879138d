import { expect, test } from 'vitest';
import { MemoryKills } from '../../src/telemetry/memory-kills.ts';
import { bytesInMemory } from '../support/overflow.ts';

test.each([undefined, 8])(
  'MemoryKills counts by cause and tells those of a task, with %s rows in memory',
  (rows) => {
    const kills = new MemoryKills(rows === undefined ? undefined : bytesInMemory(rows));
    expect([kills.count('limit'), kills.of(3)]).toEqual([0, []]);
    const causes = ['limit', 'instance', 'limit', 'pressure'] as const;
    for (let n = 0; n < 40; n++) {
      kills.add(n % 5, { timeMs: 1000 * n, cause: causes[n % 4]!, usedBytes: 2 ** 40 + n });
    }
    expect(['limit', 'instance', 'pressure'].map((cause) => kills.count(cause as 'limit'))).toEqual([
      20, 10, 10,
    ]);
    // 3, 8, 13, ... 38
    expect(kills.of(3)).toEqual(
      Array.from({ length: 8 }, (_, index) => {
        const n = 3 + 5 * index;
        return { timeMs: 1000 * n, cause: causes[n % 4], usedBytes: 2 ** 40 + n };
      }),
    );
    expect(kills.of(5)).toEqual([]);
  },
);
