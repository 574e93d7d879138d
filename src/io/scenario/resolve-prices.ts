import { InputError } from '../../errors.ts';
import type { Plan } from '../../model/plan.ts';
import { type Catalogue, catalogueOf } from '../catalogue.ts';
import type { Problems } from './locate.ts';
import type { PlanContext } from './plan-context.ts';
import type { Sections } from './sections.ts';

/** A price list as the plan names it, and the catalogue that it makes. */
export interface ResolvedPrices {
  readonly plan: NonNullable<Plan['prices']>;
  readonly catalogue: Catalogue;
}

/**
 * The price list of the command line, or of the scenario; undefined without one. A scenario that names a digest is
 * good for that list alone, wherever it comes from. Errors: E4006, those of reading the list.
 */
export async function resolvePrices(
  { head }: Sections,
  { files, prices }: PlanContext,
  problems: Problems,
): Promise<ResolvedPrices | undefined> {
  const wanted = typeof head.prices === 'string' ? { file: head.prices, sha256: undefined } : head.prices;
  try {
    if (prices === undefined && wanted === undefined) return undefined;
    const file = prices?.file ?? wanted!.file;
    const { list, sha256 } = prices?.read ?? (await files.readPrices(file));
    if (wanted?.sha256 !== undefined && wanted.sha256.toLowerCase() !== sha256) {
      const message = `the scenario was made for another price list: this one has the SHA-256 ${sha256}`;
      const hint = 'remove sha256 to take the list as it is';
      problems.error('E4006', ['prices', 'sha256'], message, { hint });
    }
    return { plan: { file, sha256 }, catalogue: catalogueOf(list) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    for (const { code, message, position, hint } of error.diagnostics) {
      const where = position === undefined ? '' : ` (line ${position.line})`;
      problems.error(code, ['prices'], message + where, { hint });
    }
    return undefined;
  }
}
