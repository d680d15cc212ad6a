import { installMap } from '../network/install-map.js';
import { UrlMap } from '../network/url-map.js';
import type { NetworkSettings } from './execution.js';

export function installNetwork({ map, authority }: NetworkSettings): void {
  installMap(UrlMap.parse(map), authority);
}
