import { SandboxError } from '../sandbox-errors.js';

/** Maps public origins to origins of this machine. */
export class UrlMap {
  private constructor(private readonly targets: ReadonlyMap<string, URL>) {}

  /** Parses pairs such as `https://example.com=http://localhost:3000`. Throws a {@link SandboxError}. */
  static parse(pairs: readonly string[]): UrlMap {
    return new UrlMap(new Map(pairs.map(parsePair)));
  }

  get origins(): string[] {
    return [...this.targets.keys()];
  }

  /** Keeps path and query. Returns unmapped and invalid URLs unchanged. */
  address(url: string): string {
    const wanted = URL.canParse(url) ? new URL(url) : undefined;
    const target = wanted && this.target(wanted.origin);
    return target ? `${target.origin}${wanted.pathname}${wanted.search}${wanted.hash}` : url;
  }

  /** Returns the host names mapped to an origin. */
  namesOf(origin: string): string[] {
    const pairs = [...this.targets].filter(([, target]) => target.origin === origin);
    return pairs.map(([from]) => new URL(from).hostname);
  }

  target(origin: string): URL | undefined {
    return this.targets.get(origin);
  }
}

function parsePair(pair: string): [string, URL] {
  const [from = '', to = '', ...rest] = pair.split('=');
  const [origin, target] = [originOf(from), originOf(to)];
  if (origin && target && rest.length === 0) return [origin.origin, target];
  const right = 'two origins, such as https://example.com=http://localhost:3000';
  throw new SandboxError('map_invalid', `--map has to be ${right}; got "${pair}".`);
}

function originOf(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isOrigin = /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
  return isOrigin ? url : undefined;
}
