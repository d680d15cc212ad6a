import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { HttpClientError } from './http-client.error.js';

/** Networks that are not globally reachable, or do not address one host (RFC 6890 and its registry). */
const PRIVATE_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

/** The last two contain IPv4 addresses of relays (6to4, Teredo). */
const PRIVATE_IPV6 = [
  ['::', 95],
  ['::ffff:0:0:0', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001:db8::', 32],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
  ['2002::', 16],
  ['2001::', 32],
] as const;

/** RFC 6052 section 2.1: these addresses end with an IPv4 address. */
const NAT64 = { prefix: '64:ff9b::', bits: 96 };

const privateAddresses = new BlockList();
for (const [network, bits] of PRIVATE_IPV6) privateAddresses.addSubnet(network, bits, 'ipv6');
for (const [network, bits] of PRIVATE_IPV4) {
  // Also matches mapped IPv6 addresses, like ::ffff:10.0.0.1.
  privateAddresses.addSubnet(network, bits, 'ipv4');
  privateAddresses.addSubnet(`${NAT64.prefix}${network}`, NAT64.bits + bits, 'ipv6');
}

/** Returns true also for a text that is no IP address. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  return family === 0 || privateAddresses.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Resolves a host for `net.connect`; fails if any address is private. An earlier check would not help: DNS may return another address next
 * time.
 */
export const lookupPublic: LookupFunction = (host, options, callback) => {
  systemLookup(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const [first] = addresses ?? [];
    if (error || !first) return callback(error, '');
    if (addresses.some(({ address }) => isPrivateAddress(address)))
      return callback(new HttpClientError('address_refused'), '');
    return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
  });
};
