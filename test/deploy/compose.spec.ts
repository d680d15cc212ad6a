import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './deploy-tools.js';
import { at, list, textAt, type Yaml, type YamlMap } from './manifests.js';
import { VARIABLES } from './service-interface.js';

const compose = parse(readFileSync(join(ROOT, 'compose.yaml'), 'utf8')) as Yaml;
const services = at(compose, 'services') as YamlMap;
const service = services['auth-redirect'];

describe('compose.yaml', () => {
  it('has the service, Redis, and the sandbox in a profile', () => {
    expect(Object.keys(services)).toEqual(['auth-redirect', 'redis', 'sandbox']);
    expect(at(services, 'sandbox', 'profiles')).toEqual(['sandbox']);
  });

  it('sets only variables of the service, and no secret', () => {
    const variables = at(service, 'environment') as YamlMap;
    expect(Object.keys(variables).filter((name) => !VARIABLES.has(name))).toEqual([]);
    expect(JSON.stringify(variables)).not.toMatch(/:\/\/[^/"]*@/);
  });

  it.each(['auth-redirect', 'redis'])('gives %s only the rights that it needs', (name) => {
    expect(services[name]).toEqual(
      expect.objectContaining({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] }),
    );
    expect(textAt(services, name, 'user')).not.toMatch(/^(?:root|0)/);
    expect(at(services, name, 'mem_limit')).toBeDefined();
  });

  it('names images with a version', () => {
    const images = Object.values(services).map((one) => textAt(one, 'image'));
    expect(images.filter((image) => !/:(?!latest$)[\w.-]+$/.test(image))).toEqual([]);
  });

  it('publishes ports only on this machine, and none of Redis', () => {
    const ports = Object.values(services).flatMap((one) => list(one, 'ports').map((port) => textAt(port)));
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect(at(services, 'redis', 'networks')).toEqual(['back']);
    expect(at(compose, 'networks', 'back', 'internal')).toBe(true);
  });

  it('waits for the drain and the deadline', () => {
    const { DRAIN_DELAY_MS, SHUTDOWN_DEADLINE_MS } = at(service, 'environment') as YamlMap;
    const grace = Number(/^(\d+)s$/.exec(textAt(service, 'stop_grace_period'))?.[1]);
    expect(grace).toBeGreaterThan((Number(DRAIN_DELAY_MS) + Number(SHUTDOWN_DEADLINE_MS)) / 1000);
  });
});
