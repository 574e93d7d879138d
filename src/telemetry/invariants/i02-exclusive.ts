import type { PlacedRecord } from '../log-record.ts';
import { atPlacement } from './at-placement.ts';
import { portAgainst, shortLane } from './feasible.ts';
import { COUNTED_RESOURCES } from './i01-capacity.ts';
import type { Fail, Rule } from './rule.ts';
import type { WorldInstance, WorldTask } from './world.ts';

const WHOLE_DEVICE = 1000;

/**
 * Host ports, GPU devices, network interfaces and task slots are never shared beyond what they hold: a port has one
 * owner on an address, a device gives at most its 1000 thousandths, and slots and interfaces are counted.
 */
export const exclusive: Rule = {
  id: 'I-02',
  rule: 'host ports, GPU devices, network interfaces and task slots are never shared or exceeded',
  create: atPlacement(({ record, run, task, instance }, fail) => {
    const against =
      shortLane(run, instance, task.class, (name) => COUNTED_RESOURCES.has(name)) ??
      portAgainst(run, instance, task.class);
    if (against !== null) fail(`task ${record.task} cannot be on instance ${record.instance}: ${against}`);
    checkDevices(record, task, instance, fail);
  }),
};

function checkDevices(record: PlacedRecord, task: WorldTask, instance: WorldInstance, fail: Fail): void {
  const { devices } = record;
  const { gpu } = task.class;
  const wanted = gpu?.count ?? 0;
  if (new Set(devices).size !== wanted || devices.length !== wanted) {
    fail(`task ${record.task} asks for ${wanted} GPU devices and took [${devices.join(', ')}]`);
  }
  for (const device of devices) {
    const used = instance.devicesUsed[device];
    if (used === undefined) {
      fail(`task ${record.task} took GPU device ${device}, which instance ${record.instance} does not have`);
    } else if (used + (gpu?.milli ?? 0) > WHOLE_DEVICE) {
      fail(`task ${record.task} overfills GPU device ${device} of instance ${record.instance}`);
    }
  }
}
