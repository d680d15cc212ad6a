import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';

/**
 * Opens a window with Chrome's cookie settings. Private windows and Debian's Chromium block cookies in iframes of other
 * sites.
 */
export class Chrome {
  private constructor(
    readonly context: BrowserContext,
    private readonly profile: string,
  ) {}

  static async start(): Promise<Chrome> {
    const profile = mkdtempSync(join(tmpdir(), 'sandbox-chrome-'));
    mkdirSync(join(profile, 'Default'));
    const preferences = { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } };
    writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
    const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell';
    const context = await chromium.launchPersistentContext(profile, { executablePath, args: ['--no-sandbox'] });
    return new Chrome(context, profile);
  }

  /** Chromium writes into its profile until its process has ended. */
  async stop(): Promise<void> {
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}
