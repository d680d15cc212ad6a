import { isIPv4, isIPv6 } from 'node:net';

/** An IPv6 client has all addresses of its /64 network. */
const NETWORK_GROUPS = 4;

/** Mapped addresses (RFC 4291 section 2.5.5.2), and NAT64 (RFC 6052). */
const IPV4_PREFIXES = ['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0'];

const WITH_PORT = /^(?:\[([^\]]+)\]|([\d.]+))(?::\d{1,5})?$/;

/**
 * Returns an IPv4 address, an IPv6 /64 network, or `unknown`, so that invalid texts share one limit.
 *
 * @param given The address. Some proxies add the port: `192.0.2.1:54321`, `[2001:db8::1]:443`.
 */
export function clientNetwork(given: string): string {
  const [, ipv6, ipv4] = WITH_PORT.exec(given) ?? [];
  const address = ipv6 ?? ipv4 ?? given;
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return 'unknown';
  const groups = groupsOf(address);
  if (IPV4_PREFIXES.includes(groups.slice(0, 6).join(':'))) return ipv4Of(groups.slice(6));
  return `${groups.slice(0, NETWORK_GROUPS).join(':')}::/64`;
}

function ipv4Of(groups: readonly string[]): string {
  const bytes = groups.map((group) => Number.parseInt(group, 16)).flatMap((group) => [group >> 8, group & 255]);
  return bytes.join('.');
}

function groupsOf(address: string): readonly string[] {
  const canonical = new URL(`http://[${address.split('%', 1)[0]}]`).hostname.slice(1, -1);
  const [before = [], after = []] = canonical
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after];
}
