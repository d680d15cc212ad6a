import { isIPv6 } from 'node:net';
import type { Clock } from '../../auth-redirect/clock.js';
import { RefusalLimiter, type RefusedClient } from '../../auth-redirect/requests/refusal-limiter.js';
import { digest } from '../../auth-redirect/replay/digest.js';
import type { ReplayStore } from '../../auth-redirect/replay/replay-store.js';

/** Length of a window, in milliseconds. */
const WINDOW_MS = 60_000;

/** Groups of an IPv6 address that name a network: a client has all addresses of its network. */
const NETWORK_GROUPS = 4;

/** Prefixes of 96 bits before an IPv4 address: mapped (RFC 4291 section 2.5.5.2), and NAT64 (RFC 6052). */
const IPV4_PREFIXES = ['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0'];

/** How many refusals a client may have in a minute; 0 means no limit. */
export type RefusalLimits = Readonly<Record<'address' | 'subject', number>>;

/** Counts refusals by client address and by subject in the replay store, which replicas may share. Windows are fixed minutes. */
export class CountingRefusalLimiter extends RefusalLimiter {
  constructor(
    private readonly store: ReplayStore,
    private readonly clock: Clock,
    private readonly limits: RefusalLimits,
  ) {
    super();
  }

  async tooMany({ address, subject }: RefusedClient): Promise<number | undefined> {
    const now = this.clock.now();
    const window = Math.floor(now / WINDOW_MS);
    const [ofAddress, ofSubject] = await Promise.all([
      address === undefined ? 0 : this.#count('address', clientNetwork(address), window),
      subject === undefined ? 0 : this.#count('subject', subject, window),
    ]);
    if (ofAddress <= this.limits.address && ofSubject <= this.limits.subject) return undefined;
    return Math.ceil(((window + 1) * WINDOW_MS - now) / 1000);
  }

  /** @returns 0 if there is no limit. */
  #count(name: keyof RefusalLimits, key: string, window: number): Promise<number> | number {
    if (this.limits[name] === 0) return 0;
    return this.store.count(digest('throttle', name, String(window), key), ((window + 1) * WINDOW_MS) / 1000);
  }
}

/** Returns the IPv4 address of a client, or the /64 network of its IPv6 address. Some proxies add the port, which anyone can change. */
export function clientNetwork(given: string): string {
  const address = given.replace(/^\[([^\]]*)\](?::\d+)?$|^([\d.]+):\d+$/, '$1$2');
  if (!isIPv6(address)) return address;
  const groups = groupsOf(address);
  if (IPV4_PREFIXES.includes(groups.slice(0, 6).join(':'))) return ipv4Of(groups.slice(6));
  return `${groups.slice(0, NETWORK_GROUPS).join(':')}::/64`;
}

function ipv4Of(groups: readonly string[]): string {
  const bytes = groups.map((group) => Number.parseInt(group, 16)).flatMap((group) => [group >> 8, group & 255]);
  return bytes.join('.');
}

/** Returns all eight groups of an IPv6 address. */
function groupsOf(address: string): readonly string[] {
  const canonical = new URL(`http://[${address.split('%', 1)[0]}]`).hostname.slice(1, -1);
  const [before = [], after = []] = canonical
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after];
}
