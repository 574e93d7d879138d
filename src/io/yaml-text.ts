import { stringify } from 'yaml';

/** A value as a YAML document. */
export function yamlText(value: unknown): string {
  return stringify(value);
}
