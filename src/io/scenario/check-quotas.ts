import { ECS_QUOTAS } from '../../model/ecs-quotas.ts';
import type { Plan } from '../../model/plan.ts';
import type { Resolving } from './resolving.ts';

/** What an ECS platform would not get from AWS without asking for more (W2012): it is simulated all the same. */
export function checkQuotas(plan: Plan, { sections, problems }: Resolving): void {
  const { services } = plan.workload;
  const largest = services.reduce(
    (most, { replicas }) => Math.max(most, ...replicas.map(({ count }) => count)),
    0,
  );
  for (const platform of plan.platforms) {
    const entry = sections.platforms.find(({ value }) => value.name === platform.name);
    if (platform.kind !== 'ecs' || entry === undefined) continue;
    const quotas = { ...ECS_QUOTAS, ...platform.quotas };
    const fleet = platform.fargate === undefined ? (platform.fleet ?? plan.fleet) : [];
    const exceeds = (what: string, name: keyof typeof quotas, amount: number) => {
      if (amount <= quotas[name]) return;
      const message = `platform "${platform.name}": ${amount} ${what}, the quota of Amazon ECS is ${quotas[name]}`;
      problems.warning('W2012', [...entry.path, 'name'], message, {
        hint: `quotas: { ${name}: ${amount} } says that yours is higher`,
      });
    };
    exceeds(
      'instances in a cluster',
      'instancesPerCluster',
      fleet.reduce((sum, { size }) => sum + size.max, 0),
    );
    exceeds('services in a cluster', 'servicesPerCluster', services.length);
    exceeds('tasks in a service', 'tasksPerService', largest);
  }
}
