import { homedir } from 'node:os';
import { join } from 'node:path';

/** Uses the user's cache folder of this platform. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = environment;
  const caches = {
    darwin: join(homedir(), 'Library', 'Caches'),
    win32: local ?? join(homedir(), 'AppData', 'Local'),
    other: xdg ?? join(homedir(), '.cache'),
  };
  return join(platform === 'darwin' || platform === 'win32' ? caches[platform] : caches.other, 'auth0-actions-sandbox');
}
