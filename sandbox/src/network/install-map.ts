import { Agent as HttpAgent, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { connect, isIP, type NetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type Undici from 'undici';
import { isLocalhostName, loopbackLookup } from './loopback-fetch.js';
import type { UrlMap } from './url-map.js';

type Connect = (
  this: HttpAgent,
  options: ClientRequestArgs,
  callback?: (error: Error | null, stream: Duplex) => void,
) => Duplex | null | undefined;

/**
 * Maps connections that this thread opens with `fetch`, `node:http` and `node:https`, which axios and got use. Requests
 * keep their URL and Host header. `localhost` names resolve to this machine.
 *
 * @param authority The certificate of an authority to trust for `localhost` names, in PEM.
 */
export function installMap(map: UrlMap, authority?: string): void {
  const trust = (host: string) => (authority !== undefined && isLocalhostName(host) ? { ca: authority } : {});
  installForFetch(map, trust);
  // Patches the prototypes, because Actions create agents.
  mapConnections('http:', HttpAgent.prototype, map, trust);
  mapConnections('https:', HttpsAgent.prototype, map, trust);
}

type TlsOptions = Pick<ConnectionOptions, 'ca' | 'rejectUnauthorized'>;
type Trust = (host: string) => { ca?: string };

/** Node's `fetch` and the package undici find their dispatcher by these symbols. */
const DISPATCHERS = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'];

/** Only the package can set a dispatcher. The first request loads the package, because loading is slow. */
function installForFetch(map: UrlMap, trust: Trust): void {
  let loaded: object | undefined;
  const load = (): object => (loaded ??= mappedDispatcher(require('undici'), map, trust));
  const lazy = new Proxy(
    {},
    {
      get: (_target, name) => {
        const member: unknown = Reflect.get(load(), name);
        return typeof member === 'function' ? member.bind(load()) : member;
      },
    },
  );
  for (const name of DISPATCHERS) {
    Object.defineProperty(globalThis, Symbol.for(name), { value: lazy, writable: true, configurable: false });
  }
}

function mappedDispatcher(
  { Agent, buildConnector }: typeof Undici,
  map: UrlMap,
  trust: Trust,
): InstanceType<typeof Undici.Agent> {
  return new Agent({
    connect: (options, callback) => {
      const target = map.target(originOf(options.protocol, options.hostname, options.port));
      const wanted = target ? { ...options, ...addressOf(target) } : options;
      const connector = buildConnector({ lookup: loopbackLookup, ...trust(wanted.hostname) });
      connector(wanted, callback);
    },
  });
}

function addressOf(target: URL) {
  const hostname = hostOf(target);
  return {
    protocol: target.protocol,
    hostname,
    host: hostname,
    port: target.port,
    servername: isIP(hostname) ? '' : hostname,
  };
}

function mapConnections(protocol: string, agents: { createConnection: Connect }, map: UrlMap, trust: Trust): void {
  const original = agents.createConnection;
  agents.createConnection = function createConnection(options, callback) {
    const host = options.host ?? 'localhost';
    const target = map.target(originOf(protocol, host, options.port));
    if (target) return connectTo(target, options, trust);
    return original.call(this, { lookup: loopbackLookup, ...trust(host), ...options }, callback);
  };
}

function connectTo(target: URL, options: ClientRequestArgs, trust: Trust): Duplex {
  const host = hostOf(target);
  const { protocol, port } = target;
  const isTls = protocol === 'https:';
  const to: NetConnectOpts = { host, port: Number(port) || (isTls ? 443 : 80), lookup: loopbackLookup };
  if (!isTls) return connect(to);
  const { ca, rejectUnauthorized }: TlsOptions = { ...trust(host), ...options };
  const settings = {
    ...(ca === undefined ? {} : { ca }),
    ...(rejectUnauthorized === false ? { rejectUnauthorized } : {}),
  };
  return connectTls({ ...to, ...settings, ...(isIP(host) ? {} : { servername: host }) });
}

/** Removes the brackets of an IPv6 address. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function originOf(protocol: string, host: string, port: number | string | null | undefined): string {
  const name = isIP(host) === 6 ? `[${host}]` : host;
  return new URL(`${protocol}//${name}:${port ?? ''}`).origin;
}
