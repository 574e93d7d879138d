// npm run build: dist/ with dist/cli.js.
import { build, install } from './prepare.mjs';

install();
await build({ force: true });
