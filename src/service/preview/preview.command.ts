import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { KeysOptions } from '../../auth-redirect/options/tenant.options.js';
import { asConfigurationError, loadConfiguration } from '../configuration/configuration.js';
import { redirectModule } from '../redirect-module.js';
import { Preview } from './preview.js';
import { previewServer } from './preview-server.js';

const USAGE = `usage: nestjs-auth-redirect preview [--port NUMBER]
Reads the environment variables of the service, and serves a gallery of its pages for a made-up login on 127.0.0.1.
Needs no secrets, and sends neither requests nor mails.
  --port   port to listen on, 0 for any free one; default 9503
  --help   prints this text
`;

/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;
const DEFAULT_PORT = '9503';

/** The server runs until the process ends. */
export async function previewCommand(args: readonly string[], print: (text: string) => void): Promise<number> {
  const options = optionsOf(args);
  if (options === undefined || options.help) {
    print(USAGE);
    return options ? 0 : EXIT_USAGE;
  }
  const server = previewServer(await previewOf());
  server.listen(Number(options.port), '127.0.0.1');
  await once(server, 'listening');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A server that listens on a port has this kind of address.
  const { port } = server.address() as AddressInfo;
  print(`preview: http://127.0.0.1:${port}/\n`);
  return 0;
}

function optionsOf(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: DEFAULT_PORT },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    });
    return /^\d{1,5}$/.test(values.port) && Number(values.port) < 65_536 ? values : undefined;
  } catch {
    return undefined;
  }
}

/** Creates the module without Redis and with random secrets. */
async function previewOf(): Promise<Preview> {
  try {
    const configuration = await loadConfiguration(withoutSecrets);
    const { module, environment } = configuration;
    const { options } = environment;
    for (const tenant of options.tenants ?? [])
      tenant.keys = Object.assign(new KeysOptions(), { current: madeUpSecret() });
    const root = { module: class {}, imports: [module, redirectModule(configuration, { useFactory: () => options })] };
    const context = await NestFactory.createApplicationContext(root, { abortOnError: false, logger: ['error'] });
    return new Preview(context, options);
  } catch (error) {
    throw asConfigurationError(error);
  }
}

/** Secrets and other values that no page shows may be missing. */
function withoutSecrets(variables: Record<string, unknown>): Record<string, unknown> {
  const others = Object.entries(variables).filter(([name]) => !name.startsWith('AUTH0_SESSION_SECRET'));
  const { TENANTS_FILE, AUTH0_ISSUER, PUBLIC_URL } = variables;
  return {
    ...Object.fromEntries(others),
    ...(!TENANTS_FILE && { AUTH0_ISSUER: AUTH0_ISSUER || 'tenant.example', AUTH0_SESSION_SECRET: madeUpSecret() }),
    PUBLIC_URL: PUBLIC_URL || 'https://steps.example.com/redirect',
  };
}

function madeUpSecret(): string {
  return randomBytes(32).toString('hex');
}
