import { describe, expect, test } from 'vitest';
import { formatDiagnostics } from '../../../src/io/scenario/format-diagnostics.ts';
import { diagnosticsOf, findings } from '../../support/scenarios.ts';

const HEAD = 'version: 1\nname: t\nseed: 1\nhorizon: 1d\n';
const FLEET = 'fleet: [{name: g, type: m5.large, size: 1}]\n';
const PLATFORMS = 'platforms: [{name: e, kind: ecs}]\n';

/** Findings of one part (line 1) of an otherwise good scenario. */
async function inPart(part: string): Promise<string[]> {
  const rest = [HEAD, FLEET, PLATFORMS].flatMap((block) => block.split('\n'));
  const own = part.split('\n').map((line) => /^(\w+):/.exec(line)?.[1]);
  const lines = rest.filter((line) => !own.includes(/^(\w+):/.exec(line)?.[1]));
  return findings(`${part}\n${lines.join('\n')}\n`);
}

test('the words of the scenario, its place and a suggestion stand together', async () => {
  const text = `${HEAD}${FLEET}${PLATFORMS}workload:\n  services:\n    - name: web\n      memroy: 512\n      replicas: 1\n      template: {cpu: 1, memory: 1GiB}\n`;
  expect(
    formatDiagnostics(await diagnosticsOf(text), 'text'),
  ).toBe(`error[E1203]: unknown key "memroy" in service "web"
  --> test.yaml:10:7
    |
 10 |       memroy: 512
    |       ^^^^^^ use spread, loadBalancer, rollout, load, autoscaling, ecs or copies
   = help: stowage explain E1203
`);
});

describe('what does not fit the schema', () => {
  test.each<[string, string[]]>([
    ['version: 2', ['E1209 1:10 version 2 of the scenario language is not known (write version: 1)']],
    ['version: "1"', ['E1209 1:10 version "1" of the scenario language is not known (write version: 1)']],
    ['seed: -1', ['E1103 1:7 seed: -1 is below 0']],
    ['seed: 1.5', ['E1102 1:7 seed must be a whole number, not 1.5']],
    ['name: a b', ['E1103 1:7 name: "a b" is not a name (use letters, digits, ".", "_" and "-")']],
    ['name: 5', ['E1102 1:7 name must be a name, not 5 (write "5" in quotes)']],
    ['name:', ['E1102 1:1 name must be a name, not nothing (write it like shop)']],
    [
      'horizon: 30',
      ['E1104 1:10 horizon: cannot read 30 as a duration (a bare number has no unit: write 30s)'],
    ],
    ['horizon: 0s', ['E1103 1:10 horizon: "0s" is below 1ms']],
    [
      'horizon: 1h 30m',
      ['E1104 1:10 horizon: cannot read "1h 30m" as a duration (write it without spaces, like 1h30m)'],
    ],
    [
      'start: 2026-02-30T00:00:00Z',
      [
        'E1104 1:8 start: cannot read "2026-02-30T00:00:00Z" as an instant (write an ISO 8601 instant with its offset, like 2026-03-02T00:00:00Z)',
      ],
    ],
    ['regio: us-east-1', ['E1203 1:1 unknown key "regio" in the scenario (did you mean "region"?)']],
    [
      '<<: {}',
      [
        'E1203 1:1 unknown key "<<" in the scenario (merge keys are not part of YAML 1.2: use a template, or an alias for the whole value)',
      ],
    ],
    [
      'checks: [1, ""]',
      [
        'E1102 1:10 checks[0] must be a check, not 1 (write it like wait.p95 < 30s)',
        'E1103 1:13 checks[1]: "" is empty',
      ],
    ],
    [
      'templates: {a b: {}}',
      ['E1103 1:13 "a b" in templates is not a name (use letters, digits, ".", "_" and "-")'],
    ],
    [
      'templates: {w: {cpu: 5x, gpu: {share: 2}}}',
      [
        'E1104 1:22 cpu of template "w": cannot read "5x" as an amount of CPU (write it like 500m, 0.5, 2 vCPU)',
        'E1103 1:39 gpu.share of template "w": 2 is above 1, a whole GPU',
      ],
    ],
    [
      'templates: {w: {memory: 500m}}',
      [
        'E1104 1:25 memory of template "w": cannot read "500m" as an amount of memory (write MiB or MB: a lower-case m alone means thousandths)',
      ],
    ],
    [
      'templates: {w: {labels: {a: 1}}}',
      ['E1102 1:29 labels.a of template "w" must be text, not 1 (write "1" in quotes)'],
    ],
    [
      'templates: {w: {startup: {lognorml: {mean: 1s}}}}',
      ['E1203 1:27 unknown key "lognorml" in startup of template "w" (did you mean "lognormal"?)'],
    ],
    [
      'templates: {w: {startup: {lognormal: {mean: 1s}}}}',
      ['E1101 1:38 missing key "p95" in startup.lognormal of template "w" (it takes a duration)'],
    ],
    [
      'templates: {w: {startup: {}}}',
      [
        'E1101 1:26 startup of template "w" says nothing (it takes one of uniform, exponential, lognormal, hyperexponential, empirical)',
      ],
    ],
    [
      'templates: {w: {startup: 5}}',
      [
        'E1102 1:26 startup of template "w" must be a duration, a mapping or "parts", not 5 (a bare number has no unit: write 5s)',
      ],
    ],
    [
      'templates: {w: {distinctInstance: yes}}',
      ['E1102 1:35 distinctInstance of template "w" must be true or false, not "yes"'],
    ],
    [
      'fleet: [{name: g, type: m5.large, size: {mx: 3}}]',
      [
        'E1203 1:42 unknown key "mx" in size of instance group "g" (did you mean "max"?)',
        'E1101 1:41 missing key "max" in size of instance group "g" (it takes a whole number)',
      ],
    ],
    [
      'fleet: [{name: g, type: m5.large, size: 1, zones: us-east-1a}]',
      ['E1102 1:51 zones of instance group "g" must be a list, not "us-east-1a" (write [us-east-1a])'],
    ],
    [
      'fleet: [{name: g, type: m5.large, size: 1, purchase: reserved}]',
      [
        'E1206 1:54 purchase of instance group "g": "reserved" is not supported in this version (use on-demand, spot)',
      ],
    ],
    [
      'fleet: [{name: g, type: m5.large, size: many}]',
      ['E1102 1:41 size of instance group "g" must be a whole number or a mapping, not "many"'],
    ],
    [
      'fleet: [{type: m5.large, size: 1}]',
      ['E1101 1:9 missing key "name" in instance group number 1 (it takes a name)'],
    ],
    ['workload: {services: 5}', ['E1102 1:22 workload.services must be a list, not 5']],
    ['platforms: []', ['E1103 1:12 platforms has 0 entries: at least 1']],
    [
      'platforms: [{name: e, kind: ec}]',
      ['E1204 1:29 kind of platform "e" cannot be "ec": use ecs, kubernetes, bare (did you mean "ecs"?)'],
    ],
    [
      'platforms: [{name: e}]',
      ['E1101 1:13 missing key "kind" in platform "e" (it takes ecs, kubernetes or bare)'],
    ],
    [
      'platforms: [{name: k, kind: kubernetes, version: 1.36}]',
      ['E1102 1:50 version of platform "k" cannot be 1.36: use 1.34, 1.36 (write "1.36" in quotes)'],
    ],
    [
      'platforms: [{name: e, kind: ecs, autoscaler: karpenter}]',
      ['E1204 1:46 autoscaler of platform "e" cannot be "karpenter": use none, demand, managed-scaling'],
    ],
    [
      'platforms: [{name: e, kind: ecs, autoscaler: {kind: demand, intervall: 3s}}]',
      ['E1203 1:61 unknown key "intervall" in autoscaler of platform "e" (did you mean "interval"?)'],
    ],
    [
      'platforms: [{name: k, kind: kubernetes, queue: {kind: kube, cicle: 3ms}}]',
      ['E1203 1:61 unknown key "cicle" in queue of platform "k" (did you mean "cycle"?)'],
    ],
    [
      'platforms: [{name: k, kind: kubernetes, queue: {kind: kube, grace: 30}}]',
      [
        'E1104 1:68 queue.grace of platform "k": cannot read 30 as a duration (a bare number has no unit: write 30s)',
      ],
    ],
    [
      'platforms: [{name: e, kind: ecs, queue: kube}]',
      ['E1204 1:41 queue of platform "e" cannot be "kube": use skip, strict'],
    ],
    [
      'platforms: [{name: b, kind: bare, scheduler: {nme: x}}]',
      ['E1203 1:47 unknown key "nme" in scheduler of platform "b" (did you mean "name"?)'],
    ],
    [
      'platforms: [{name: e, kind: ecs, fleet: [{name: own, size: 1, tpe: m5.large}]}]',
      ['E1203 1:63 unknown key "tpe" in instance group "own" of platform "e" (did you mean "type"?)'],
    ],
  ])('%s', async (part, expected) => {
    const found = await inPart(part);
    expect([...found].sort()).toEqual([...expected].sort());
  });
});

test('mistakes in keys, values, names and references are found in one pass, in order of position', async () => {
  const text = `version: 1
name: t
seed: 1
horizon: 1d
region: us-east-1
fleet:
  - { name: g, type: m5.xlage, size: 1 }
  - { name: h, type: m5.large, size: 1, colour: red }
templates:
  web: { cpu: 500x, memory: 1GiB }
workload:
  services:
    - { name: web, template: wbe, replicas: 1 }
    - { name: good, template: web, replicas: 1 }
  jobs:
    - { name: web, template: { cpu: 1, memory: 1GiB }, arrivals: { every: 1h }, runtime: 1m }
platforms:
  - { name: b, kind: bare, scheduler: bestfit }
checks: [ "wait.p59 < 1s" ]
`;
  // The broken template "web" is there: a reference to it is no mistake of its own.
  expect(await findings(text)).toEqual([
    'E2102 7:22 there is no instance type "m5.xlage" (did you mean "m5.large" or "m5.xlarge"?)',
    'E1203 8:41 unknown key "colour" in instance group "h" (use zones, instances, from, nodes, containerInstances, price, launch, boot, volume, labels, taints, extended or purchase)',
    'E1104 10:15 cpu of template "web": cannot read "500x" as an amount of CPU (write it like 500m, 0.5, 2 vCPU)',
    'E1204 13:30 there is no template "wbe" (did you mean "web"?)',
    'E1205 16:15 the name "web" is taken by service "web"',
    'E1204 18:39 there is no scheduler "bestfit" (did you mean "best-fit"?)',
    expect.stringMatching(/^E1204 19:11 there is no metric "wait.p59" \(did you mean .*"wait.p95"/),
  ]);
});

test('an empty mapping lacks what every scenario needs', async () => {
  expect(await findings('{}')).toEqual(
    [
      'E1101 1:1 missing key "horizon" in the scenario (it takes a duration)',
      'E1101 1:1 missing key "name" in the scenario (it takes a name)',
      'E1101 1:1 missing key "platforms" in the scenario (it takes a list)',
      'E1101 1:1 missing key "version" in the scenario (it takes 1)',
      expect.stringMatching(/^W2003/),
    ].slice(0, 5),
  );
});
