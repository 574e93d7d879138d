import { expect, test } from 'vitest';
import { TaskTable } from '../../src/model/task-table.ts';

test('classes take two bytes a task until there are more of them than that, and none is lost then', () => {
  const table = new TaskTable();
  const ids = [0, 1, 65_535];
  const tasks = ids.map((classId) => table.add(classId, 0));
  expect(table.classId.BYTES_PER_ELEMENT).toBe(2);
  const wide = table.add(65_536, 0);
  expect(table.classId.BYTES_PER_ELEMENT).toBe(4);
  expect([...tasks, wide].map((task) => table.classId[task])).toEqual([...ids, 65_536]);
  for (let n = 0; n < 1000; n++) table.add(70_000 + n, 0);
  expect(table.classId[1003]).toBe(70_999);
  table.setClass(wide, 3);
  expect(table.classId[wide]).toBe(3);
});

test('slots of tasks that left are used again, by the latest first', () => {
  const table = new TaskTable();
  const [first, second] = [table.add(0, 0), table.add(0, 0)];
  table.remove(first!);
  table.remove(second!);
  expect([table.nextSlot(), table.add(0, 0), table.add(0, 0), table.add(0, 0)]).toEqual([
    second,
    second,
    first,
    2,
  ]);
  expect(table.live).toBe(3);
});
