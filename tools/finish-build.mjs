// After both builds of the sources: says which of them is ES modules, and makes the service one bundle that needs no node_modules.
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const esModules = `${JSON.stringify({ type: 'module' })}\n`;
writeFileSync('dist/esm/package.json', esModules);

await build({
  entryPoints: ['dist/esm/main.js'],
  outdir: 'dist/service',
  bundle: true,
  // What a service without Redis or without mails does not load is in files of its own.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Nest asks for these where an application uses them; the service does not.
  external: ['@nestjs/microservices*', '@nestjs/websockets*'],
  // CommonJS packages in the bundle require Node's own modules.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  // Names and lines stay: the log tells where something was thrown, and Node prints the line.
  minifySyntax: true,
  legalComments: 'linked',
  logLevel: 'warning',
});
writeFileSync('dist/service/package.json', esModules);
