import { installMap } from '../network/install-map.js';
import { UrlMap } from '../network/url-map.js';
import type { NetworkSettings } from './execution.js';

/** Lets all code in this thread reach addresses as the settings say. */
export function installNetwork({ map, authority }: NetworkSettings): void {
  installMap(UrlMap.parse(map), authority);
}
