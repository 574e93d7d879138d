import type { Plan, PlatformPlan } from '../model/plan.ts';
import { SECOND } from '../units.ts';
import { ecsServiceSettings } from './run/planned-services.ts';
import { kubernetesSettings } from './run/kubernetes-run.ts';
import { upkeepNotes } from './upkeep-notes.ts';

/**
 * What a reader must know of how services ran on the platform: the settings of ECS's service scheduler, or what the
 * platform does not model of what the scenario asks for.
 */
export function serviceNotes(plan: Plan, platform: PlatformPlan): string[] {
  switch (platform.kind) {
    case 'ecs':
      return ecsNotes(plan, platform);
    case 'kubernetes':
      return kubernetesNotes(plan, platform);
    case 'bare':
      return unmodelled(plan, platform);
  }
}

function ecsNotes(plan: Plan, platform: Extract<PlatformPlan, { kind: 'ecs' }>): string[] {
  const notes: string[] = [];
  if (plan.workload.services.length > 0) {
    const settings = ecsServiceSettings(platform);
    const unplaced =
      settings.unplaced === 'wait'
        ? 'wait in PROVISIONING until there is room'
        : 'are tried again after 10 s for a minute, then after 5 to 27 minutes';
    notes.push(
      `ECS services: at least ${settings.passMs / SECOND} s between two passes over a service, tasks count as healthy ` +
        `${settings.healthyAfterMs / SECOND} s after RUNNING (behind a load balancer once registered), at most ` +
        `${settings.launchesPerMinute} launches a minute and service; tasks that find no room ${unplaced}. Zone rebalancing: ` +
        `${settings.availabilityZoneRebalancing === 'ENABLED' ? 'on' : 'off'}.`,
    );
  }
  for (const { name, use, tasks, pollMs, snapshotAgeMs, retryDelayMs } of platform.startTask ?? []) {
    notes.push(
      `Own scheduler ${name} (${use}) starts the tasks of ${tasks.join(', ')} by StartTask: it reads the cluster at most every ` +
        `${pollMs / SECOND} s, its calls come ${snapshotAgeMs / SECOND} s after the read, and a task that failed waits ${retryDelayMs / SECOND} s, ` +
        'then twice as long each time.',
    );
  }
  const { autoscaler } = platform;
  if (autoscaler.kind === 'managed-scaling') {
    notes.push(
      'The fleet follows CapacityProviderReservation, as Amazon ECS managed scaling does: every group is an Auto Scaling group with ' +
        `target capacity ${autoscaler.targetCapacity} %, a warm-up of ${autoscaler.instanceWarmupMs / SECOND} s and ${autoscaler.reactionMs / SECOND} s from datapoint to action; ` +
        `it shrinks after 15 minutes, ${autoscaler.scaleInPerMinute === 'one' ? 'by one instance a minute' : 'by less than half a minute'}, ` +
        `termination protection ${autoscaler.managedTerminationProtection ? 'on' : 'off'}, draining ${autoscaler.managedDraining ? 'on' : 'off'}.`,
    );
  }
  return notes;
}

function kubernetesNotes(plan: Plan, platform: Extract<PlatformPlan, { kind: 'kubernetes' }>): string[] {
  const { services, manifests } = plan.workload;
  const { latencyMs, creationsPerSecond, nodeGraceMs, evictionRetryMs } = kubernetesSettings(platform);
  const notes: string[] = [];
  if (services.length > 0 || manifests !== undefined) {
    const writes = creationsPerSecond === null ? 'no limit' : `at most ${creationsPerSecond} a second`;
    notes.push(
      `kube-controller-manager: controllers act ${latencyMs} ms after a change, ${writes} on the pods that one creates. ` +
        `A pod that is deleted holds its room for its grace period (${graceText(platform)}), and its controller makes another at once. ` +
        `A node that vanishes is noticed after ${nodeGraceMs / SECOND} s; the pods of one that cannot be reached are replaced five minutes later, ` +
        'where their tolerations say nothing else.',
    );
  }
  if ((plan.events ?? []).some(({ kind }) => kind === 'drain')) {
    notes.push(
      `Draining a node is kubectl drain: every pod but those of DaemonSets is evicted, within its disruption budget, asked again every ${evictionRetryMs / SECOND} s.`,
    );
  }
  notes.push(...upkeepNotes(plan, platform));
  const scaled = services.filter(({ scaling }) => (scaling?.steps.length ?? 0) > 0);
  if (scaled.length > 0) {
    const names = scaled.map(({ name }) => name).join(', ');
    notes.push(`Step scaling policies have no counterpart on Kubernetes and are left out (${names}).`);
  }
  const breakers = services.filter(({ rollout }) => rollout?.circuitBreaker?.rollback === true);
  if (breakers.length > 0) {
    const names = breakers.map(({ name }) => name).join(', ');
    notes.push(`Kubernetes rolls no deployment back by itself: circuit breakers are left out (${names}).`);
  }
  return notes;
}

function graceText({ queue }: PlatformPlan): string {
  return typeof queue === 'string'
    ? 'none on this queue'
    : `${queue.graceMs / SECOND} s unless it says so itself`;
}

function unmodelled(plan: Plan, platform: PlatformPlan): string[] {
  const { services } = plan.workload;
  const names = (some: readonly { readonly name: string }[]) => some.map(({ name }) => name).join(', ');
  const notes: string[] = [];
  const add = (what: string, of: readonly { readonly name: string }[], instead: string) => {
    if (of.length > 0) notes.push(`Not modelled on ${platform.kind}: ${what} (${names(of)}); ${instead}.`);
  };
  add(
    'daemon services',
    services.filter(({ daemon }) => daemon === true),
    'they run no tasks here',
  );
  add(
    'service auto scaling',
    services.filter(({ scaling }) => scaling !== undefined),
    'the number of tasks is that of replicas',
  );
  const events = plan.events ?? [];
  add(
    'deployments',
    services.filter(({ name }) => events.some((event) => event.kind === 'deploy' && event.service === name)),
    'the first revision runs on',
  );
  if (events.some(({ kind }) => kind === 'drain')) {
    notes.push('Draining an instance evicts all its tasks at once; they wait for room elsewhere.');
  }
  return notes;
}
