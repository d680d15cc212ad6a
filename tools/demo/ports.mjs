import { createServer } from 'node:net';

/** A mistake of whoever started the demo: shown without a stack. */
export class DemoError extends Error {
  name = 'DemoError';
}

const SETTINGS = {
  tenant: { variable: 'DEMO_TENANT_PORT', standard: 9500 },
  app: { variable: 'DEMO_APP_PORT', standard: 9501 },
  service: { variable: 'DEMO_SERVICE_PORT', standard: 9502 },
};

function portOf({ variable, standard }) {
  const port = Number(process.env[variable] || standard);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new DemoError(`${variable} is not a port: ${process.env[variable]}`);
}

/** On both loopback addresses, as browsers look for *.localhost on either. */
async function isTaken(port) {
  const answers = ['127.0.0.1', '::1'].map(
    (host) =>
      new Promise((resolve) => {
        const server = createServer();
        server.once('error', ({ code }) => resolve(code !== 'EADDRNOTAVAIL' && code !== 'EAFNOSUPPORT'));
        server.listen({ port, host }, () => server.close(() => resolve(false)));
      }),
  );
  return (await Promise.all(answers)).includes(true);
}

/** @returns {Promise<{ tenant: number, app: number, service: number }>} free ports, as set or by default */
export async function freePorts() {
  const ports = Object.fromEntries(Object.entries(SETTINGS).map(([name, setting]) => [name, portOf(setting)]));
  const numbers = Object.values(ports);
  for (const [name, { variable }] of Object.entries(SETTINGS)) {
    const port = ports[name];
    const isRepeated = numbers.indexOf(port) !== Object.keys(SETTINGS).indexOf(name);
    if (isRepeated || (await isTaken(port))) {
      throw new DemoError(`Port ${port} is taken; set another one: ${variable}=${port + 100} npm run demo`);
    }
  }
  return ports;
}
