import { relative } from 'node:path';
import type { LoginObserver } from '../transactions/login-observer.js';
import { liveLog, type LiveLogOptions } from './live-log.js';
import { SourceWatcher } from './source-watcher.js';

/** Files in addition to those that Actions require. */
export interface WatchedFiles {
  /** Files that are read again for each login. */
  readonly actions: readonly string[];
  /** Files that are read only at the start. */
  readonly settings: readonly string[];
  /** Called with each changed file of `actions`. */
  readonly onChange: (file: string) => void;
}

export function watchLogins({ actions, settings, onChange }: WatchedFiles, options: LiveLogOptions): LoginObserver {
  const say = (file: string, effect: string): void =>
    options.write(`${relative(process.cwd(), file)} changed: ${effect}.`);
  const sources = new SourceWatcher((file) => {
    say(file, 'the next login runs it');
    onChange(file);
  });
  sources.add(actions);
  new SourceWatcher((file) => say(file, 'restart the sandbox to use it')).add(settings);
  return { ...liveLog(options), onLoaded: (files) => sources.add(files) };
}
