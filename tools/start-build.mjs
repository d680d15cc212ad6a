// Before a build: what an earlier one has left would otherwise be shipped.
import { rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
await import('./compile-pages.mjs');
