import { chromium, type Browser } from 'playwright-core';
import { launch, type Browser as FirefoxBrowser } from 'puppeteer-core';
import { WebKit } from './webkit.js';

/** Starts Debian's Chromium, headless, without requests to other hosts. */
export async function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Starts Debian's Firefox, driven with WebDriver BiDi. */
export async function startFirefox(): Promise<FirefoxBrowser> {
  return launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: {
      'app.update.enabled': false,
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
      'services.settings.server': '',
      'toolkit.telemetry.server': '',
    },
  });
}

/** Starts Debian's WebKitGTK, Safari's engine, driven with WebDriver. */
export async function startWebKit(): Promise<WebKit> {
  return WebKit.start();
}
