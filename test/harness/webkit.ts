import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './service-process.js';

/** Name of the member that holds an element's reference (W3C WebDriver section 12). */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const DRIVER = process.env.WEBKIT_DRIVER ?? '/usr/bin/WebKitWebDriver';
const XVFB = process.env.XVFB ?? '/usr/bin/Xvfb';
const DEADLINE_MS = 15_000;

/** Safari's engine: Debian's WebKitGTK, driven with W3C WebDriver, on a separate display. */
export class WebKit {
  private constructor(
    private readonly display: ChildProcess,
    private readonly driver: ChildProcess,
    private readonly address: string,
  ) {}

  static async start(): Promise<WebKit> {
    for (const program of [DRIVER, XVFB]) if (!existsSync(program)) throw new Error(`no ${program}`);
    // Xvfb chooses a free display, and writes its number to this descriptor.
    const display = spawn(XVFB, ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const [number] = await once(display.stdio[3] as NodeJS.ReadableStream, 'data');
    const port = await freePort();
    const driver = spawn(DRIVER, [`--port=${port}`], {
      stdio: 'ignore',
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        DISPLAY: `:${String(number).trim()}`,
        LANG: 'en_US.UTF-8',
        // Disables desktop settings and the accessibility bus. The engine's sandbox does not run as root.
        GSETTINGS_BACKEND: 'memory',
        NO_AT_BRIDGE: '1',
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      },
    });
    const webkit = new WebKit(display, driver, `http://127.0.0.1:${port}`);
    await eventually('the driver', async () => webkit.call('GET', '/status').catch(() => undefined));
    return webkit;
  }

  /**
   * Opens a window of MiniBrowser, which comes with the engine, with a fresh profile. The driver allows one session at
   * a time.
   */
  async newPage({ javaScriptEnabled = true } = {}): Promise<WebKitPage> {
    const args = ['--automation', ...(javaScriptEnabled ? [] : ['--enable-javascript=false'])];
    const capabilities = { acceptInsecureCerts: true, 'webkitgtk:browserOptions': { args } };
    const created = await this.call('POST', '/session', { capabilities: { alwaysMatch: capabilities } });
    return new WebKitPage(this, `/session/${(created as { sessionId: string }).sessionId}`);
  }

  async call(method: string, path: string, body?: object): Promise<unknown> {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const request = { method, signal, ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }) };
    const response = await fetch(this.address + path, request);
    const { value } = (await response.json()) as { value: unknown };
    if (!response.ok) throw new WebDriverError((value as { error: string }).error, `${path}: ${JSON.stringify(value)}`);
    return value;
  }

  async stop(): Promise<void> {
    for (const child of [this.driver, this.display]) {
      const closed = once(child, 'close');
      child.kill();
      await closed;
    }
  }
}

/** A WebDriver error with its code. */
class WebDriverError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** A window of WebKit. Each method waits for its element or text. */
export class WebKitPage {
  constructor(
    private readonly webkit: WebKit,
    private readonly session: string,
  ) {}

  async goto(url: string): Promise<void> {
    await this.#call('POST', '/url', { url });
  }

  async url(): Promise<string> {
    return String(await this.#call('GET', '/url'));
  }

  async back(): Promise<void> {
    await this.#call('POST', '/back');
  }

  async reload(): Promise<void> {
    await this.#call('POST', '/refresh');
  }

  /** @param selector CSS, or XPath if it begins with a slash. */
  async click(selector: string): Promise<void> {
    await this.#onElement(selector, async (element) => this.#call('POST', `${element}/click`));
  }

  async fill(selector: string, text: string): Promise<void> {
    await this.#onElement(selector, async (element) => this.#call('POST', `${element}/value`, { text }));
  }

  /** Clicks the button with this text. */
  async press(text: string): Promise<void> {
    await this.click(`//button[normalize-space()='${text}']`);
  }

  /** Returns the text of the page once it has this part. */
  async text(part: string): Promise<string> {
    const look = async (element: string): Promise<string | undefined> => {
      const text = String(await this.#call('GET', `${element}/text`));
      return text.includes(part) ? text : undefined;
    };
    return this.#onElement('body', look, `“${part}”`);
  }

  /** Waits until the window is at this address. */
  async arrivesAt(url: string): Promise<void> {
    await eventually(url, async () => (await this.url()) === url || undefined);
  }

  async evaluate(script: string): Promise<unknown> {
    return this.#call('POST', '/execute/sync', { script: `return ${script}`, args: [] });
  }

  /** Returns a PNG picture of the window. */
  async screenshot(): Promise<Buffer> {
    return Buffer.from(String(await this.#call('GET', '/screenshot')), 'base64');
  }

  /** Runs code in the popup of this window, until the popup closes. */
  async inPopup(run: () => Promise<void>): Promise<void> {
    const own = await this.#call('GET', '/window');
    const handles = async (): Promise<unknown[]> => (await this.#call('GET', '/window/handles')) as unknown[];
    const popup = await eventually('a popup', async () => (await handles()).find((handle) => handle !== own));
    await this.#call('POST', '/window', { handle: popup });
    await run();
    await eventually('no popup', async () => !(await handles()).includes(popup) || undefined);
    await this.#call('POST', '/window', { handle: own });
  }

  async #onElement<Result>(
    selector: string,
    run: (path: string) => Promise<Result | undefined>,
    what = selector,
  ): Promise<Result> {
    const using = selector.startsWith('/') ? 'xpath' : 'css selector';
    return eventually(what, async () => {
      try {
        const found = (await this.#call('POST', '/element', { using, value: selector })) as Record<string, string>;
        return await run(`/element/${found[ELEMENT]}`);
      } catch (error) {
        // The page has not loaded yet, or the next one replaces it.
        if (error instanceof WebDriverError && /^(?:no such element|stale element)/.test(error.code)) return undefined;
        throw error;
      }
    });
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    return this.webkit.call(method, this.session + path, body);
  }
}

/** WebDriver has no events, so clients poll. */
async function eventually<Result>(what: string, look: () => Promise<Result | undefined>): Promise<Result> {
  for (const deadline = Date.now() + DEADLINE_MS; Date.now() < deadline; await wait(20)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`WebKit shows no ${what} within ${DEADLINE_MS / 1000} s`);
}
