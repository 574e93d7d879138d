import * as z from 'zod';

/** Largest number that a field takes unless it says another. */
const MOST = 1_000_000;

/** A whole number from `min` to `max`, both included; `example` is what editors offer. */
export function whole(description: string, example: number, min = 0, max = MOST): z.ZodInt {
  // One step, and the description added in place: each method of a schema makes a copy of it.
  const schema = z.int().check(z.gte(min), z.lte(max));
  z.globalRegistry.add(schema, { description, examples: [example] });
  return schema;
}
