import type { ClassRecord, TermsRecord } from '../log-record.ts';
import type { Rule } from './rule.ts';
import { ServiceTerms } from './service-terms.ts';

/** The attribute of instances, and wish of tasks, that names their capacity provider. */
const PROVIDER = 'stowage.capacity-provider';

/**
 * The base of a capacity provider strategy comes first; then each new task goes where (tasks - base) / weight is least, the
 * first of equals. All tasks of the service count, waiting ones too. The rounding is chosen: AWS publishes none.
 * Source: AWS ECS developer guide, capacity providers.
 */
export const capacityProviders: Rule = {
  id: 'I-25',
  rule: 'each new task of a service goes to the capacity provider whose turn it is',
  create() {
    const terms = new ServiceTerms();
    /** By service: living tasks by provider. */
    const counts = new Map<string, Map<string, number>>();
    const add = ({ group, where }: Pick<ClassRecord, 'group' | 'where'>, change: 1 | -1) => {
      const known = counts.get(group) ?? new Map<string, number>();
      const provider = providerOf(where);
      known.set(provider, (known.get(provider) ?? 0) + change);
      counts.set(group, known);
    };
    return {
      record(record, before, fail) {
        terms.note(record);
        if (terms.size === 0) return;
        if (record.kind === 'ended') {
          const task = before.tasks.get(record.task);
          if (task !== undefined && terms.of(task.class.group) !== undefined) add(task.class, -1);
        }
        if (record.kind !== 'submitted') return;
        const taskClass = before.classes.get(record.class);
        const strategy = terms.of(taskClass?.group ?? '')?.strategy;
        if (taskClass === undefined || strategy === undefined) return;
        const wanted = next(strategy, counts.get(taskClass.group) ?? new Map());
        const got = providerOf(taskClass.where);
        if (wanted !== null && got !== wanted)
          fail(
            `task ${record.task} of service ${taskClass.group} goes to '${got}', it is the turn of '${wanted}'`,
          );
        add(taskClass, 1);
      },
    };
  },
};

function providerOf(where: ClassRecord['where']): string {
  return where.find(([key]) => key === PROVIDER)?.[1] ?? '';
}

/** Null: there is no strategy. Quotients are compared without division. */
function next(strategy: TermsRecord['strategy'], counts: ReadonlyMap<string, number>): string | null {
  const [first] = strategy;
  if (first === undefined) return null;
  if (strategy.length === 1) return first.capacityProvider;
  const inBase = strategy.find(({ capacityProvider, base }) => (counts.get(capacityProvider) ?? 0) < base);
  if (inBase !== undefined) return inBase.capacityProvider;
  const over = ({ capacityProvider, base }: (typeof strategy)[number]) =>
    (counts.get(capacityProvider) ?? 0) - base;
  const weighted = strategy.filter(({ weight }) => weight > 0);
  return weighted.reduce((best, one) => (over(one) * best.weight < over(best) * one.weight ? one : best))
    .capacityProvider;
}
