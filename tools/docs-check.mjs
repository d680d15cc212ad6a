// npm run docs:check  fails if a page has a dead link, an example that differs from its file, or an outdated table of
// the reference, if no page shows one of the pictures, or if the threat model names a missing file or test. The table
// of refusals links to a section of the troubleshooting page for each code, so a missing section is a dead link
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { anchorOf } from './heading-anchors.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter((page) => existsSync(page));
const texts = new Map(pages.map((page) => [page, readFileSync(page, 'utf8')]));
const problems = [];

const withoutCode = (text) => text.replaceAll(/^ *(```+).*?^ *\1/gms, '').replaceAll(/`[^`\n]*`/g, '');

/** Returns the anchors of a page's headings and HTML. Repeated anchors end with a number. */
function anchorsOf(page) {
  const text = (texts.get(page) ?? readFileSync(page, 'utf8')).replaceAll(/^ *(```+).*?^ *\1/gms, '');
  const seen = new Map();
  const headings = [...text.matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading]) => {
    const anchor = anchorOf(heading);
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
  return new Set([...headings, ...[...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id]) => id)]);
}

function checkLinks(page, text) {
  const links = withoutCode(text).matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)|(?:src|href)="([^"]+)"/g);
  for (const [, markdown, html] of links) {
    const link = decodeURI(markdown ?? html);
    if (/^(?:[a-z]+:|\/\/)/i.test(link)) continue;
    const [path, anchor] = link.split('#');
    const target = path === '' ? page : normalize(join(dirname(page), path));
    if (!existsSync(target)) problems.push(`${page}: ${link} leads to a missing file`);
    // typedoc creates and uses the anchors in docs/api/, and numbers repeated headings differently.
    else if (anchor && target.endsWith('.md') && !target.startsWith('docs/api/') && !anchorsOf(target).has(anchor)) {
      problems.push(`${page}: ${link} leads to a missing heading`);
    }
  }
}

/** Checks blocks whose first line names a file, as in ```ts examples/custom-step/index.ts: each must be a part of that file. */
function checkExamples(page, text) {
  for (const [, file, block] of text.matchAll(/^ *```\w+ ([\w./-]+\.\w+)\n(.*?)^ *```$/gms)) {
    if (!existsSync(file)) problems.push(`${page} shows ${file}, which does not exist`);
    else if (!flush(readFileSync(file, 'utf8')).includes(flush(block))) {
      problems.push(`${page} shows lines that are not in ${file}: ${block.trim().split('\n')[0]}`);
    }
  }
}

/** Removes the indentation of every line: a block can be indented less than its file. */
function flush(text) {
  return text.replaceAll(/^ +/gm, '').trim();
}

/** Checks that at least one page shows each picture. */
function checkPictures() {
  const all = [...texts.values()].join('\n');
  const files = readdirSync('docs/images', { recursive: true, encoding: 'utf8' }).filter((file) => file.includes('.'));
  problems.push(
    ...files.filter((file) => !all.includes(`images/${file})`)).map((file) => `no page shows docs/images/${file}`),
  );
}

/** Checks the source files and tests that the threat model names. */
function checkThreatModel() {
  const page = 'docs/explanation/threat-model.md';
  const text = texts.get(page);
  for (const [, file] of text.matchAll(/`((?:\.\.\/)?[\w-]+\/[\w/-]+\.ts)`/g)) {
    if (!file.startsWith('test/') && !existsSync(normalize(join('src/auth-redirect', file)))) {
      problems.push(`${page} names ${file}, which does not exist`);
    }
  }
  for (const [, spec, names] of text.matchAll(/`(test\/[\w/-]+\.spec\.ts)`(?: › ((?:“[^”]+”(?:, )?)+))?/g)) {
    const source = existsSync(spec) ? readFileSync(spec, 'utf8') : '';
    const missing = [...(names ?? '').matchAll(/“([^”]+)”/g)].filter(([, name]) => !source.includes(name));
    if (source === '') problems.push(`${page} names ${spec}, which does not exist`);
    else problems.push(...missing.map(([, name]) => `${page}: ${spec} has no test ${name}`));
  }
  const verify = readFileSync('test/continue-token/verify.spec.ts', 'utf8');
  const [checks = ''] = /^## Checks of the session token\n.*?(?=^## )/ms.exec(text) ?? [];
  const names = [...checks.matchAll(/“([^”]+)”(?=[,\s]*(?:“|\|))/g)].map(([, name]) => name.replaceAll('\\', ''));
  problems.push(...names.filter((name) => !verify.includes(name)).map((name) => `${page}: no test ${name}`));
}

for (const [page, text] of texts) {
  if (!page.startsWith('docs/api/')) checkExamples(page, text);
  checkLinks(page, text);
}
checkPictures();
checkThreatModel();
const { status } = spawnSync(process.execPath, ['tools/docs-reference.mjs', '--check'], { stdio: 'inherit' });
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0 || status !== 0) process.exit(1);
