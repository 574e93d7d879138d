import { describe, expect, test } from 'vitest';
import { offerCsv, SPOT_HISTORY } from '../support/price-samples.ts';
import { freshFolder, stowage, TINY } from './process.ts';

describe('import prices', () => {
  test('writes a list, says what it took and left out; the list serves catalog, run and diff', () => {
    const cwd = freshFolder({ 'index.csv': offerCsv(), 'spot.json': SPOT_HISTORY });
    const imported = stowage(['import', 'prices', 'index.csv', 'spot.json', '-o', 'json'], { cwd });
    expect(imported).toMatchObject({ code: 0, stderr: 'wrote prices.ndjson\n' });
    expect(JSON.parse(imported.stdout)).toMatchObject({ prices: 14, regions: 2, types: 2, spotPools: 4 });
    expect(stowage(['import', 'prices', 'index.csv'], { cwd })).toMatchObject({ code: 4, stdout: '' });

    const types = stowage(['catalog', 'instances', '--prices', 'prices.ndjson', '-o', 'csv'], { cwd });
    expect(types.stdout.split('\n').slice(1, 3)).toEqual([
      expect.stringContaining('m5.large,2,8192,amd64,,0.096,'),
      '',
    ]);
    const prices = stowage(['catalog', 'prices', 'm5.large', '--prices', 'prices.ndjson'], { cwd });
    // 250 / 8760 + 0.029 = 0.057539; 980 / 26280 = 0.037291.
    expect(prices.stdout).toMatch(/1y-standard-partial-upfront +0\.057539 +250 +40\.1%/);
    expect(prices.stdout).toMatch(/3y-standard-all-upfront +0\.037291 +980 +61\.2%/);
    expect(prices.stderr).toContain('AmazonEC2-20260720180422 of 2026-07-20');

    const run = stowage(['run', TINY, '--prices', 'prices.ndjson', '-o', 'json'], { cwd });
    expect(JSON.parse(run.stdout).catalogue).toEqual({
      id: 'AmazonEC2-20260720180422',
      date: '2026-07-20',
      pricesAsOf: '2026-07-20',
    });
    const diff = stowage(['catalog', 'diff', 'builtin', 'prices.ndjson', '-o', 'csv'], { cwd });
    expect(diff.stdout).toContain('removed,us-east-1,m5.xlarge,linux,shared,on-demand,0.192,,');
    expect(diff.stderr).toBe('');
  });

  test('a broken file: exit code 3 with line and column, nothing written', () => {
    const cwd = freshFolder({ 'index.csv': `${offerCsv()}"torn\n` });
    const { code, stderr } = stowage(['import', 'prices', 'index.csv'], { cwd });
    expect(code).toBe(3);
    expect(stderr).toContain('--> index.csv:24:1');
    expect(stowage(['catalog', 'instances', '--prices', 'prices.ndjson'], { cwd }).code).toBe(4);
  });
});

describe('catalog', () => {
  test('compare and show put types side by side, show finds whatever has the name', () => {
    const { stdout } = stowage(['catalog', 'compare', 'm5.large', 'm7g.large', '-o', 'json']);
    const rows: { property: string }[] = JSON.parse(stdout);
    expect(rows.find(({ property }) => property === 'USD/h')).toMatchObject({
      'm5.large': 0.096,
      'm7g.large': 0.0816,
    });
    expect(stowage(['catalog', 'show', 'diversified']).stdout).toContain('Spot allocation');
    expect(stowage(['catalog', 'show', 'E4008']).stdout).toContain('no price list');
  });

  test('a missing price is an error that names regions and nearest types', () => {
    const { code, stderr } = stowage([
      'catalog',
      'compare',
      'm5.large',
      'm8g.large',
      '--region',
      'eu-west-1',
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('there is no price for m8g.large in eu-west-1; there is one in us-east-1');
    expect(stderr).toContain('did you mean');
  });

  test('an error names the command that was typed, not one that its operands are called', () => {
    expect(stowage(['catalog', 'compare', 'm5.large']).stderr).toContain('stowage catalog --help');
  });
});

describe('price', () => {
  test('bills a kept result again: side by side, by line, with the best commitment', () => {
    const cwd = freshFolder();
    expect(stowage(['run', TINY, '--out', 'kept'], { cwd }).code).toBe(0);
    const folder = 'kept/tiny/ecs-binpack/seed=1';
    const again = stowage(['price', folder, '--set', 'region=eu-west-1', '-o', 'csv'], { cwd });
    expect(again.code).toBe(0);
    const [header, ...lines] = again.stdout.trimEnd().split('\n');
    expect(header).toBe('service,dimension,type,before_usd,after_usd,difference_usd');
    // 181 s of m5.large: at 0.096 in Virginia, at 0.107 in Ireland.
    const use = lines
      .find((line) => line.startsWith('AmazonEC2'))!
      .split(',')
      .map(Number);
    expect(use[3]).toBeCloseTo((181 * 0.096) / 3600, 12);
    expect(use[4]).toBeCloseTo((181 * 0.107) / 3600, 12);
    // Three minutes of an instance do not pay for an hour of a reservation; a plan may be as small as the use.
    const reserved = stowage(['price', folder, '--best-commitment=1y-standard-no-upfront'], { cwd });
    expect(reserved).toMatchObject({ code: 0, stdout: expect.stringContaining('No single Savings Plan') });
    const plan = JSON.parse(
      stowage(['price', folder, '--best-commitment', 'compute-1y-no-upfront', '--json'], { cwd }).stdout,
    );
    // 181 s at 0.096 × 0.761 are 0.003673 USD: three thousandths are used up, the fourth would not be.
    expect(plan).toMatchObject({ choices: [{ commitment: 'compute-1y-no-upfront:0.003', used_ratio: 1 }] });
    expect(stowage(['price', folder, '--set', 'colour=red'], { cwd }).code).toBe(2);
    expect(stowage(['price', 'nowhere'], { cwd }).code).toBe(4);
  });
});
