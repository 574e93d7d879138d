import type { Path, Problems } from './locate.ts';
import type { PlanContext } from './plan-context.ts';
import type { Imports } from './load-imports.ts';
import type { Sections } from './sections.ts';

/** What all steps of resolving share. */
export interface Resolving {
  readonly sections: Sections;
  readonly context: PlanContext;
  /** What the files beside the scenario said. */
  readonly imports: Imports;
  readonly problems: Problems;
  /** A path in words. */
  readonly placeOf: (path: Path) => string;
}
