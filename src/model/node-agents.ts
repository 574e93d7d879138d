import { MIB } from '../units.ts';
import type { PlatformDefault } from './platform-default.ts';

/** What one agent asks for on every node. */
export interface NodeAgent {
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly about: string;
  readonly source: string;
}

/**
 * Agents that Kubernetes clusters run on every node, with the requests of the manifests that their projects publish. ECS
 * instances have one agent, which asks for nothing of what tasks may take.
 */
export const NODE_AGENTS = {
  network: {
    cpuMilli: 50,
    memoryMiB: 0,
    about: 'aws-node, the network of pods',
    source: 'aws/amazon-vpc-cni-k8s config/master/aws-k8s-cni.yaml',
  },
  proxy: { cpuMilli: 100, memoryMiB: 0, about: 'kube-proxy', source: 'Amazon EKS add-on kube-proxy' },
  dns: {
    cpuMilli: 25,
    memoryMiB: 5,
    about: 'NodeLocal DNSCache',
    source: 'kubernetes/kubernetes cluster/addons/dns/nodelocaldns/nodelocaldns.yaml',
  },
  logs: {
    cpuMilli: 50,
    memoryMiB: 25,
    about: 'Fluent Bit, as Amazon CloudWatch Observability installs it',
    source: 'amazon-cloudwatch-observability quickstart, DaemonSet fluent-bit',
  },
  metrics: {
    cpuMilli: 112,
    memoryMiB: 200,
    about: 'Prometheus node-exporter with kube-rbac-proxy',
    source: 'prometheus-operator/kube-prometheus manifests/nodeExporter-daemonset.yaml',
  },
  traces: {
    cpuMilli: 200,
    memoryMiB: 200,
    about: 'OpenTelemetry collector',
    source: 'aws-observability/aws-otel-collector deployment-template/eks/otel-container-insights-infra.yaml',
  },
} as const satisfies Readonly<Record<string, NodeAgent>>;

export type NodeAgentName = keyof typeof NODE_AGENTS;
export const NODE_AGENT_NAMES: readonly NodeAgentName[] = Object.keys(NODE_AGENTS) as NodeAgentName[];

/** What EKS installs. */
export const EKS_AGENTS: readonly NodeAgentName[] = ['network', 'proxy'];

/** What agents ask for together; a pod each. */
export function requestsOfAgents(names: readonly NodeAgentName[]): {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly pods: number;
} {
  const agents = names.map((name): NodeAgent => NODE_AGENTS[name]);
  const sum = (of: (agent: NodeAgent) => number) => agents.reduce((total, agent) => total + of(agent), 0);
  return {
    cpuMilli: sum(({ cpuMilli }) => cpuMilli),
    memoryBytes: sum(({ memoryMiB }) => memoryMiB) * MIB,
    pods: agents.length,
  };
}

/** Every agent as a row of a table. */
export const NODE_AGENT_ROWS: readonly PlatformDefault[] = Object.entries(NODE_AGENTS).map(
  ([name, { cpuMilli, memoryMiB, source }]) => ({
    name: `agent ${name}`,
    value: `${cpuMilli}m, ${memoryMiB} MiB`,
    unit: '',
    evidence: 'source',
    source,
    setting: 'daemons.agents',
  }),
);
