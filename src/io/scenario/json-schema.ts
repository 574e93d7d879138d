import * as z from 'zod';
import { scenarioSchema } from './scenario-schema.ts';

/** Published under this name, so that editors can be pointed at it. */
export const SCENARIO_SCHEMA_FILE = 'schema/scenario.schema.json';

/**
 * JSON Schema of the scenario language, draft-07 (what yaml-language-server supports), for completion, hover and
 * validation in editors. It knows the structure; names and numbers that must agree with each other are checked by
 * the reader alone.
 */
export function scenarioJsonSchema(): object {
  return z.toJSONSchema(scenarioSchema, { target: 'draft-7', io: 'input' });
}

/** The text of the published file. */
export function scenarioJsonSchemaText(): string {
  return `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;
}
