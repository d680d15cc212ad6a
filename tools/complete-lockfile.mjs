// npm writes a lock entry for another platform's optional binary only where the registry in use serves it, and `npm ci`
// refuses a lock file without them. This adds what is missing, by name and version; run it after `npm install`.
import { readFileSync, writeFileSync } from 'node:fs';

const lockFile = 'package-lock.json';
const lock = JSON.parse(readFileSync(lockFile, 'utf8'));
const platforms = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'openharmony', 'sunos', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];

/** What `os`, `cpu` and `libc` a binary package's name stands for, as its own manifest would say it. */
function constraintsOf(name) {
  const words = name.split(/[/-]/);
  const os = platforms.filter((platform) => words.includes(platform));
  const cpu = processors.filter((processor) => words.includes(processor));
  if (words.some((word) => word.endsWith('musl') || word.endsWith('musleabihf'))) return { os, cpu, libc: ['musl'] };
  return os.includes('linux') && words.includes('gnu') ? { os, cpu, libc: ['glibc'] } : { os, cpu };
}

let added = 0;
for (const entry of Object.values({ ...lock.packages })) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    if (lock.packages[path]) continue;
    const { os, cpu, libc } = constraintsOf(name);
    if (os.length === 0) continue;
    lock.packages[path] = { version, cpu, ...(entry.dev && { dev: true }), ...(libc && { libc }), optional: true, os };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added} entries added to ${lockFile}\n`);
