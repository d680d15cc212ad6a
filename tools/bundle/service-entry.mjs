#!/usr/bin/env node
import { existsSync } from 'node:fs';
import modules from 'node:module';
import { fileURLToPath } from 'node:url';

// What Node compiled of the bundle the last time, Node 22.1 and later: tools/fill-compile-cache.mjs. Whoever may write there may write
// the bundle itself; where nobody may, it is read.
const directory = fileURLToPath(new URL('compile-cache', import.meta.url));
if (existsSync(directory)) modules.enableCompileCache?.(directory);

await import('../../dist/esm/main.js');
