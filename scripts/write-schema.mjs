// Writes the JSON Schema of the scenario language: `node --import ./scripts/typescript.mjs scripts/write-schema.mjs`.
import { writeFile } from 'node:fs/promises';
import { SCENARIO_SCHEMA_FILE, scenarioJsonSchemaText } from '../src/io/scenario/json-schema.ts';

await writeFile(new URL(`../${SCENARIO_SCHEMA_FILE}`, import.meta.url), scenarioJsonSchemaText());
