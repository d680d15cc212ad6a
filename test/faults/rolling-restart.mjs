// node test/faults/rolling-restart.mjs
// Replaces two replicas one after the other while clients with keep-alive connections sign in, with and without steps.
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import {
  check,
  freePort,
  inWords,
  load,
  newLogin,
  Redis,
  report,
  send,
  Service,
  StepLogin,
  termsFile,
} from './harness.mjs';

const DRAIN_DELAY_MS = 1000;
/** Interval at which the balancer probes, like a kubelet. */
const PROBE_MS = 200;

const redis = await Redis.at(await freePort());
const environment = { REDIS_URL: redis.url, DRAIN_DELAY_MS: String(DRAIN_DELAY_MS), STEPS_FILE: termsFile };
const replicas = await Promise.all([Service.start(environment), Service.start(environment)]);

// A balancer of connections, like a Service of Kubernetes: new connections go to the ready replicas in turn; existing
// ones stay.
let ready = [...replicas];
let turn = 0;
const probes = setInterval(async () => {
  const isReady = await Promise.all(
    replicas.map((replica) =>
      send({ host: '127.0.0.1', port: replica.port, path: '/readyz' }).then(
        ({ status }) => status === 200,
        () => false,
      ),
    ),
  );
  ready = replicas.filter((_, index) => isReady[index]);
}, PROBE_MS);
const agent = new Agent({ keepAlive: true });
agent.createConnection = () => connect(ready[(turn += 1) % ready.length].port, '127.0.0.1');
const balancer = { send: (path, call = {}) => send({ host: '127.0.0.1', port: 1, agent, path, ...call }) };

async function loginWithStep() {
  const browser = await StepLogin.begin(balancer);
  await browser.to(balancer, browser.page);
  return browser.post(balancer);
}

const logins = load(8, loginWithStep);
for (const index of replicas.keys()) {
  await wait(1000);
  const code = await replicas[index].stop();
  report(`replica ${index + 1} ended with exit code ${code}; ${logins.result.logins} logins so far`);
  if (code !== 0) check(false, 'exit code 0');
  replicas[index] = await Service.start(environment);
}
await wait(1000);
const result = await logins.stop();
clearInterval(probes);
agent.destroy();
check(result.failures.length === 0 && result.logins > 100, inWords(result));
check((await replicas[0].send(newLogin().target)).status === 303, 'the new replica serves');
await Promise.all(replicas.map((replica) => replica.stop()));
await redis.kill();
