import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assert } from '../errors.ts';

let script: string | undefined;

/** The script of the report page: src/report/page, which the build puts into one piece. */
export function pageScript(): string {
  if (script === undefined) {
    // From src/report and from dist/report alike.
    const file = fileURLToPath(new URL('../../dist/report/page.js', import.meta.url));
    script = readFileSync(file, 'utf8').trimEnd();
    assert(!/<\/script|<!--/i.test(script), 'the script may stand inside a script element');
  }
  return script;
}
