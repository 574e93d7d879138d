import { readFileSync } from 'node:fs';

/** The version in package.json, which stands one level above this file's top folder in source and in the package. */
export const VERSION: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
