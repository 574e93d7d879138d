import { describe, expect, test } from 'vitest';
import { planHash } from '../../../src/io/scenario/plan-hash.ts';
import { renderPlanYaml } from '../../../src/io/scenario/render-plan.ts';
import { resolveScenario } from '../../../src/io/scenario/resolve-plan.ts';
import type { PlanContext } from '../../../src/io/scenario/plan-context.ts';
import { diagnosticsOf, testContext } from '../../support/scenarios.ts';

/** A scenario whose files are these texts by name. */
function contextWith(files: Readonly<Record<string, string>>): PlanContext {
  return {
    ...testContext,
    files: {
      ...testContext.files,
      readManifests: (name) => [{ file: name, bytes: new TextEncoder().encode(files[name] ?? '') }],
    },
  };
}

const HEAD = 'version: 1\nname: t\nseed: 1\nhorizon: 1d\n';
const KUBERNETES = 'platforms: [{name: k, kind: kubernetes}]\n';
const NODE = `kind: Node
metadata: {name: n, labels: {node.kubernetes.io/instance-type: m5.large, topology.kubernetes.io/zone: us-east-1a}}
status: {allocatable: {cpu: 2, memory: 7Gi, pods: 29}}
`;
const POD =
  'kind: Pod\nmetadata: {name: a}\nspec: {containers: [{image: web, resources: {requests: {cpu: 1}}}]}\n';
const CLUSTER = `${HEAD}${KUBERNETES}fleet: [{name: c, nodes: [nodes.yaml]}]\nworkload: {manifests: [pods.yaml]}\n`;

async function findingsOf(text: string, files: Readonly<Record<string, string>>): Promise<string[]> {
  return (await diagnosticsOf(text, contextWith(files))).map(({ code, position, message, hint }) => {
    const place = position === undefined ? '-' : `${position.file}:${position.line}:${position.column}`;
    return `${code} ${place} ${message}${hint === undefined ? '' : ` (${hint})`}`;
  });
}

const resolve = (text: string, files: Readonly<Record<string, string>>) =>
  resolveScenario({ file: 's.yaml', bytes: new TextEncoder().encode(text) }, contextWith(files));

const CONTROLLERS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob']
  .map((kind) => {
    const template =
      '{metadata: {labels: {app: a}}, spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}';
    const spec =
      kind === 'CronJob'
        ? `{schedule: '@daily', jobTemplate: {spec: {backoffLimit: 2, template: ${template}}}}`
        : `{selector: {matchLabels: {app: a}}, template: ${template}}`;
    return `kind: ${kind}\nmetadata: {name: a}\nspec: ${spec}\n`;
  })
  .join('---\n');

describe('workload.manifests and fleet nodes', () => {
  test('come into the plan trimmed, from several documents, lists and JSON', async () => {
    const list = JSON.stringify({
      kind: 'List',
      items: [{ kind: 'Service', metadata: { name: 's', uid: 1 } }],
    });
    const files = { 'nodes.yaml': NODE, 'pods.yaml': `---\n${POD}---\n# nothing\n---\n${list}\n` };
    const { plan, warnings } = await resolve(CLUSTER, files);
    expect(warnings).toEqual([]);
    expect(plan.fleet[0]).toMatchObject({
      size: { min: 1, max: 1, initial: 1 },
      types: ['m5.large'],
      instances: [{ name: 'n', type: 'm5.large', zone: 'us-east-1a' }],
      nodes: { objects: [{ kind: 'Node', metadata: { name: 'n' } }], priceE10PerHour: null },
    });
    expect(plan.workload.manifests).toEqual([
      {
        kind: 'Pod',
        metadata: { name: 'a' },
        spec: { containers: [{ image: 'web', resources: { requests: { cpu: 1 } } }] },
      },
      { kind: 'Service', metadata: { name: 's' } },
    ]);
  });

  test('plans write their objects out: the plan of a plan is the same plan and reads no file', async () => {
    const files = {
      'nodes.yaml': NODE.replace('m5.large', 'own'),
      'pods.yaml': `${POD}---\nkind: ConfigMap\nmetadata: {name: c}\n---\n${CONTROLLERS}`,
    };
    const { plan, warnings } = await resolve(
      CLUSTER.replace('nodes: [nodes.yaml]', 'nodes: [nodes.yaml], price: 0.05'),
      files,
    );
    const again = await resolve(renderPlanYaml(plan), {});
    expect(planHash(again.plan)).toBe(planHash(plan));
    expect(again.warnings.map(({ message }) => message)).toEqual(warnings.map(({ message }) => message));
    expect(plan.types.map(({ name, priceE10PerHour }) => [name, priceE10PerHour])).toEqual([
      ['node-2c-7168m-500000000', 500_000_000n],
    ]);
  });

  test('a scenario without any has a plan without the fields, as before', async () => {
    const text = `${HEAD}platforms: [{name: e, kind: ecs}]\nfleet: [{name: g, type: m5.large, size: 1}]\n`;
    const { plan } = await resolve(text, {});
    expect(Object.keys(plan.workload)).not.toContain('manifests');
    expect(Object.keys(plan.fleet[0]!)).not.toContain('nodes');
  });

  test.each<[string, Record<string, string>, string[]]>([
    [
      'what is not simulated, with kind, name and place',
      {
        'nodes.yaml': NODE,
        'pods.yaml': `${POD}---\nkind: ConfigMap\nmetadata: {name: web, namespace: shop}\n`,
      },
      ['W2005 pods.yaml:5:1 ConfigMap shop/web is not simulated'],
    ],
    [
      'parts of pods that are not',
      { 'nodes.yaml': NODE, 'pods.yaml': POD.replace('spec: {', 'spec: {resourceClaims: [{name: g}], ') },
      [
        'W2005 pods.yaml:3:24 Pod default/a: resource claims are not simulated, the pod is placed as if it had none',
      ],
    ],
    [
      'mistakes in all files at once, each in its own',
      {
        'nodes.yaml': NODE.replace('cpu: 2', 'cpu: two'),
        'pods.yaml': `${POD.replace('cpu: 1', 'cpu: 1 core')}---\nkind: Pod\nspec: {}\n`,
      },
      [
        "E2003 nodes.yaml:3:29 Node n: 'two' is no quantity",
        "E2003 pods.yaml:3:62 Pod default/a: '1 core' is no quantity",
        'E2003 pods.yaml:5:1 this object: a Pod needs a name',
      ],
    ],
    [
      'YAML that cannot be parsed does not hide the rest',
      { 'nodes.yaml': 'kind: [', 'pods.yaml': POD.replace('image: web', 'image: 7') },
      [
        'E1005 nodes.yaml:1:8 the YAML cannot be parsed: Flow sequence in block collection must be sufficiently indented and end with a ]',
        'E2003 pods.yaml:3:29 Pod default/a: must be text',
      ],
    ],
    [
      'two of one name',
      { 'nodes.yaml': NODE, 'pods.yaml': `${POD}---\n${POD}` },
      ['E1205 pods.yaml:6:18 Pod default/a appears twice (the other one is at pods.yaml:1)'],
    ],
    [
      'a node of no price',
      { 'nodes.yaml': NODE.replace('m5.large', 'm5.lrge'), 'pods.yaml': POD },
      [
        'E2102 nodes.yaml:2:64 Node n is of the type "m5.lrge", which has no price in us-east-1 (give its group a price, or the type an entry in types)',
      ],
    ],
    [
      'a pod on a node that is not there',
      { 'nodes.yaml': NODE, 'pods.yaml': POD.replace('spec: {', 'spec: {nodeName: m, ') },
      [
        'E1204 pods.yaml:3:18 Pod default/a: there is no node "m" on platform "k", where it runs (did you mean "n"?)',
      ],
    ],
    [
      'a creation time that is none',
      { 'nodes.yaml': NODE, 'pods.yaml': POD.replace('name: a', 'name: a, creationTimestamp: noon') },
      ["E2003 pods.yaml:2:40 Pod default/a: 'noon' is no instant, like 2026-03-02T00:00:00Z"],
    ],
  ])('finds %s', async (_title, files, expected) => {
    expect(await findingsOf(CLUSTER, files)).toEqual(expected);
  });

  test('nodes among the workload, and pods among the nodes, are taken for one dump where both are named', async () => {
    const dump = { 'nodes.yaml': `${NODE}---\n${POD}`, 'pods.yaml': `${NODE}---\n${POD}` };
    expect(await findingsOf(CLUSTER, dump)).toEqual([]);
    const noNodes = CLUSTER.replace('nodes: [nodes.yaml]', 'type: m5.large, size: 1');
    expect(await findingsOf(noNodes, dump)).toEqual([
      'W2005 pods.yaml:1:1 Node n is left out: nodes are named by a fleet (fleet: [{ name: cluster, nodes: [nodes.yaml] }])',
    ]);
    const noPods = CLUSTER.replace('workload: {manifests: [pods.yaml]}\n', '');
    expect(await findingsOf(noPods, dump)).toEqual([
      'W2005 nodes.yaml:5:1 Pod default/a is left out: it is no node, and the workload names no manifests (workload: { manifests: [...] })',
    ]);
  });

  test('are for Kubernetes platforms only', async () => {
    const files = { 'nodes.yaml': NODE, 'pods.yaml': POD };
    const mixed = CLUSTER.replace('kind: kubernetes}', 'kind: kubernetes}, {name: e, kind: ecs}');
    expect(await findingsOf(mixed, files)).toEqual([
      'E2004 test.yaml:5:58 platform "e" is of kind ecs and cannot run workload.manifests (compare Kubernetes platforms with each other, or write the workload as services and jobs)',
    ]);
    const nodesOnly = mixed.replace('workload: {manifests: [pods.yaml]}\n', '');
    expect(await findingsOf(nodesOnly, files)).toEqual([
      'E2004 test.yaml:5:58 platform "e" is of kind ecs and cannot run Node objects as its fleet (give it a fleet of its own: fleet: [{ name: general, type: m6i.xlarge, size: 3 }])',
    ]);
    const ownFleet = nodesOnly.replace(
      'kind: ecs}',
      'kind: ecs, fleet: [{name: g, type: m5.large, size: 1}]}',
    );
    expect(await findingsOf(ownFleet, files)).toEqual([]);
  });

  test('what nodes say themselves cannot be said by their group', async () => {
    const text = CLUSTER.replace(
      'nodes: [nodes.yaml]',
      'nodes: [nodes.yaml], labels: {a: b}, type: m5.large',
    );
    expect(await findingsOf(text, { 'nodes.yaml': NODE, 'pods.yaml': POD })).toEqual([
      'E1203 test.yaml:6:40 instance group "c" takes its labels from its nodes, not from labels',
      'E1203 test.yaml:6:56 instance group "c" takes its types from nodes, not from type',
    ]);
  });

  test('numbers that nobody looks at may be odd; quantities are read as they are written', async () => {
    const odd = POD.replace(
      'spec: {',
      'spec: {volumes: [{name: v, configMap: {defaultMode: 0644}}, {name: w, emptyDir: {sizeLimit: 123456789012345678}}], ',
    ).replace('cpu: 1}', 'cpu: 1, memory: 1234567890123}');
    const { plan } = await resolve(CLUSTER, { 'nodes.yaml': NODE, 'pods.yaml': odd });
    expect(plan.workload.manifests).toHaveLength(1);
    expect(JSON.stringify(plan.workload.manifests)).toContain('"memory":1234567890123');
  });
});
