// npm run api             writes the reference (docs/api/) and the report of all exports (api-report/)
// npm run api -- --check  fails if either is out of date: the exports or their documentation have changed
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

const root = fileURLToPath(new URL('..', import.meta.url));
const isCheck = process.argv.includes('--check');
const entries = Object.entries(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).exports)
  .filter(([, target]) => target.import)
  .map(([path, target]) => ({ name: path.slice(2).replaceAll('/', '-') || 'index', types: target.import.types }));

const silent = { logLevel: ExtractorLogLevel.None };

/** Writes the report of an entry point, without documentation. Returns whether the report has changed. */
function report({ name, types }) {
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, types),
      compiler: { tsconfigFilePath: join(root, 'tsconfig.json') },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: join(root, 'api-report'),
        reportTempFolder: join(root, 'node_modules/.cache/api-report'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: silent },
        extractorMessageReporting: { default: silent },
        tsdocMessageReporting: { default: silent },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
  });
  mkdirSync(config.reportFolder, { recursive: true });
  const messageCallback = (message) => (message.handled = true);
  return Extractor.invoke(config, { localBuild: !isCheck, messageCallback }).apiReportChanged;
}

function writeReference(out) {
  const typedoc = join(root, 'node_modules/typedoc/bin/typedoc');
  const run = spawnSync(process.execPath, [typedoc, '--logLevel', 'Warn', '--out', out], {
    cwd: root,
    stdio: 'inherit',
  });
  if (run.status !== 0) process.exit(1);
}

function pagesIn(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
  return JSON.stringify(files.toSorted().map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

const changed = entries.filter(report).map(({ name }) => `api-report/${name}.api.md`);
if (isCheck) {
  const out = mkdtempSync(join(tmpdir(), 'api-'));
  writeReference(out);
  if (pagesIn(out) !== pagesIn(join(root, 'docs/api'))) changed.push('docs/api/');
  rmSync(out, { recursive: true });
  if (changed.length > 0) {
    process.stderr.write(`out of date: ${changed.join(', ')}. To update: npm run build && npm run api\n`);
    process.exit(1);
  }
} else {
  writeReference(join(root, 'docs/api'));
}
