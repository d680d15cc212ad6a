// npm run addresses             copies the address of the repository from package.json to the other files that need it
// npm run addresses -- --check  fails if one of them has another address
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const { repository } = JSON.parse(readFileSync('package.json', 'utf8'));
const [, address] = /^git\+(https:\/\/[^\s"]+)\.git$/.exec(repository.url) ?? [];
if (address === undefined) {
  process.stderr.write('package.json: repository.url is not like git+https://github.com/OWNER/NAME.git\n');
  process.exit(1);
}

/** The place of the address in each file. The first group is the text before the address. */
const PLACES = {
  'package.json': /("(?:homepage|bugs)": ")https:\/\/[^/"]+\/[^/"]+\/[^/"#]+/g,
  'sandbox/package.json': /("(?:homepage|bugs)": "|"url": "git\+)https:\/\/[^/"]+\/[^/"]+\/[^/"#]+?(?=\.git"|["/#])/g,
  'deploy/helm/nestjs-auth-redirect/Chart.yaml': /^(home: |sources: \[)https:[^\s\]]+/gm,
  Dockerfile: /^(ARG SOURCE=)\S+/gm,
  'README.md': /^(git clone )\S+(?=\.git$)/gm,
};

const stale = Object.entries(PLACES).filter(([file, place]) => {
  const text = readFileSync(file, 'utf8');
  const current = text.replace(place, `$1${address}`);
  if (current !== text && !process.argv.includes('--check')) writeFileSync(file, current);
  return current !== text;
});
for (const [file] of stale) process.stdout.write(`${file} has another address than package.json\n`);
if (process.argv.includes('--check') && stale.length > 0) process.exit(1);
