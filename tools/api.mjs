// npm run api             writes the reference (docs/api/) and the report of what is exported (api-report/)
// npm run api -- --check  fails where either is not what the sources say: the surface has changed, and nobody has said so
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

/** What is exported, without a word of documentation. */
function reported({ name, types }) {
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

function documented(out) {
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

const changed = entries.filter(reported).map(({ name }) => `api-report/${name}.api.md`);
if (isCheck) {
  const out = mkdtempSync(join(tmpdir(), 'api-'));
  documented(out);
  if (pagesIn(out) !== pagesIn(join(root, 'docs/api'))) changed.push('docs/api/');
  rmSync(out, { recursive: true });
  if (changed.length > 0) {
    process.stderr.write(
      `not what the sources say: ${changed.join(', ')}. npm run build && npm run api writes them anew.\n`,
    );
    process.exit(1);
  }
} else {
  documented(join(root, 'docs/api'));
}
