import { isScalarResource } from '../resource-names.ts';
import { isObject, type JsonObject, objectAt } from '../reader.ts';

/** Names of countable resources that a pod spec requests, or limits, which comes to the same. */
export function resourcesAskedFor(spec: JsonObject): string[] {
  const holders = [spec['containers'], spec['initContainers']].flatMap((list) =>
    Array.isArray(list) ? list.filter(isObject) : [],
  );
  const amounts = [...holders, spec].flatMap((holder) => {
    const resources = objectAt(holder, 'resources');
    return [objectAt(resources, 'requests'), objectAt(resources, 'limits')];
  });
  return [...amounts, objectAt(spec, 'overhead')].flatMap(Object.keys).filter(isScalarResource);
}
