import { isIP } from 'node:net';

/** Names that Express knows for networks. */
const NAMED = ['loopback', 'linklocal', 'uniquelocal'];
const MAX_HOPS = 10;

/** How many proxies, or which networks, `X-Forwarded-For` is believed from. */
export type TrustedProxies = number | readonly string[];

/** @returns undefined for what is neither a number of hops nor a list of networks. */
export function trustedProxiesOf(text: string): TrustedProxies | undefined {
  if (/^\d{1,2}$/.test(text)) return Number(text) <= MAX_HOPS ? Number(text) : undefined;
  const networks = text.split(/\s*,\s*/);
  return networks.every(isNetwork) ? networks : undefined;
}

function isNetwork(text: string): boolean {
  if (NAMED.includes(text)) return true;
  const [address = '', prefix] = text.split('/');
  const version = isIP(address);
  if (version === 0) return false;
  return (
    prefix === undefined ||
    (/^\d{1,3}$/.test(prefix) && Number(prefix) > 0 && Number(prefix) <= (version === 4 ? 32 : 128))
  );
}
