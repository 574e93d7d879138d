/** The shapes of the recorded cases: Kubernetes JSON, and instance types of a made-up provider. */
export interface KarpenterInput {
  readonly now: string;
  readonly catalogue: string;
  readonly nodePools: readonly unknown[];
  readonly nodes?: readonly NodeJson[];
  readonly daemonSets?: readonly { readonly metadata: Metadata; readonly spec: { readonly template: object } }[];
  readonly podDisruptionBudgets?: readonly BudgetJson[];
  readonly pods: readonly PodJson[];
  readonly notConsolidatable?: readonly string[];
  readonly spotToSpotConsolidation?: boolean;
}

export interface CatalogueType {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly capacity: Readonly<Record<string, string>>;
  readonly kubeReserved: Readonly<Record<string, string>>;
  readonly offerings: readonly (readonly [string, 'spot' | 'on-demand', number, boolean?])[];
}

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly creationTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly { readonly kind: string }[];
}

export interface NodeJson {
  readonly metadata: Metadata;
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

export interface PodJson {
  readonly metadata: Metadata;
  readonly spec: { readonly nodeName?: string; readonly priority?: number };
  readonly status?: { readonly phase?: string; readonly startTime?: string };
}

export interface BudgetJson {
  readonly metadata: Metadata;
  readonly spec: {
    readonly selector?: unknown;
    readonly maxUnavailable?: number | string;
    readonly minAvailable?: number | string;
  };
  readonly status: { readonly disruptionsAllowed: number };
}
