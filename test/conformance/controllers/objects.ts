import type { PodPhase, PodState } from '../../../src/controllers/kubernetes/pod-state.ts';

/** The fields of Kubernetes' own objects that the recorded cases have. */
export interface ObjectMeta {
  readonly name: string;
  readonly uid?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly { readonly uid: string; readonly kind: string; readonly controller?: boolean }[];
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string;
}

export interface ContainerStatus {
  readonly name?: string;
  readonly restartCount?: number;
  readonly state?: { readonly terminated?: { readonly exitCode: number; readonly finishedAt?: string } };
}

export interface PodObject {
  readonly metadata: ObjectMeta;
  readonly spec?: {
    readonly nodeName?: string;
    readonly containers?: readonly { readonly name: string; readonly resources?: { readonly requests?: Readonly<Record<string, string>> } }[];
    readonly initContainers?: readonly { readonly name: string; readonly restartPolicy?: string; readonly resources?: { readonly requests?: Readonly<Record<string, string>> } }[];
  };
  readonly status?: {
    readonly phase?: PodPhase;
    readonly startTime?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

export function ms(text: string | undefined): number {
  return text === undefined ? 0 : Date.parse(text);
}

/** RFC 3339 without a fraction, as the API writes times. */
export function timestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

export function podState({ metadata, spec, status }: PodObject): PodState {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return {
    name: metadata.name,
    phase: status?.phase ?? 'Pending',
    nodeName: spec?.nodeName ?? '',
    createdMs: ms(metadata.creationTimestamp),
    ready: ready === undefined ? null : { isTrue: ready.status === 'True', sinceMs: ms(ready.lastTransitionTime) },
    terminating: metadata.deletionTimestamp !== undefined,
  };
}

export function names(items: readonly { readonly name: string }[]): string[] {
  return items.map(({ name }) => name).sort();
}
