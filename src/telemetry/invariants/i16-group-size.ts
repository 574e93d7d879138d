import type { Rule } from './rule.ts';
import type { World } from './world.ts';

/**
 * An instance group stays within its bounds at the end of every instant. Instances count from the request until they
 * drain or end. The minimum binds from the moment it was first reached: a cluster may start from nothing, and after the
 * loss of a zone it starts anew. What AWS takes back on notice may leave a group below it, until it is reached again.
 */
export const groupSize: Rule = {
  id: 'I-16',
  rule: 'minimum ≤ instances of a group ≤ maximum',
  create() {
    const reachedMinimum = new Set<string>();
    let changed = false;
    return {
      record(record, before, fail) {
        // The end of the run may take the cluster down: nothing needs to hold in the middle of its last instant.
        if (changed && record.timeMs > before.nowMs) {
          changed = false;
          const counts = countByGroup(before);
          for (const { name, minimum, maximum } of before.run?.groups ?? []) {
            const count = counts.get(name) ?? 0;
            if (count > maximum) fail(`group '${name}' has ${count} instances, its maximum is ${maximum}`);
            if (count >= minimum) reachedMinimum.add(name);
            else if (reachedMinimum.has(name)) {
              fail(`group '${name}' has ${count} instances, its minimum is ${minimum}`);
            }
          }
        }
        if (record.kind === 'outage') reachedMinimum.clear();
        if (record.kind === 'instance' || record.kind === 'state') changed = true;
        if (record.kind === 'state' && (record.state === 'draining' || record.state === 'terminated')) {
          const instance = before.instances.get(record.instance);
          if (instance !== undefined && instance.endsMs !== null) reachedMinimum.delete(instance.facts.group);
        }
      },
    };
  },
};

function countByGroup(world: World): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { state, facts } of world.instances.values()) {
    if (state !== 'draining') counts.set(facts.group, (counts.get(facts.group) ?? 0) + 1);
  }
  return counts;
}
