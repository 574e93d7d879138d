import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFile } from '../io/package-file.ts';

/** `templates/` of the package: starters that `init` copies. */
const FOLDER = fileURLToPath(packageFile('templates/'));

export interface Template {
  readonly name: string;
  /** Its first comment. */
  readonly about: string;
  readonly files: readonly string[];
}

export function listTemplates(): Template[] {
  return readdirSync(FOLDER)
    .sort()
    .map((name) => {
      const about = readTemplateFile(name, 'scenario.yaml').split('\n')[0]!.replace(/^# /, '');
      return { name, about, files: readdirSync(join(FOLDER, name)).sort() };
    });
}

export function readTemplateFile(name: string, file: string): string {
  return readFileSync(join(FOLDER, name, file), 'utf8');
}
