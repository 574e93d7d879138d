// Lets node run the TypeScript of this repository without a build: `node --import ./scripts/typescript.mjs file.ts`.
// Types are stripped, positions stay as they are (amaro, the stripper inside Node itself).
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
