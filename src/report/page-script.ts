import { readFileSync } from 'node:fs';
import { assert } from '../errors.ts';
import { packageFile } from '../io/package-file.ts';

let script: string | undefined;

/** The script of the report page: src/report/page, which the build puts into one piece. */
export function pageScript(): string {
  if (script === undefined) {
    script = readFileSync(packageFile('dist/report/page.js'), 'utf8').trimEnd();
    assert(!/<\/script|<!--/i.test(script), 'the script may stand inside a script element');
  }
  return script;
}
