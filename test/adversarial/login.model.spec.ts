import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { IsString } from 'class-validator';
import * as fc from 'fast-check';
import type { StepView } from '../../src/auth-redirect/pages/step-view.js';
import { ReplayStore } from '../../src/auth-redirect/replay/replay-store.js';
import {
  completed,
  denied,
  invalid,
  Step,
  type StepContext,
  type StepResult,
} from '../../src/auth-redirect/steps/step.js';
import { TenantsService } from '../../src/auth-redirect/tenants/tenants.service.js';
import { RedisReplayStore, redisReplayStore } from '../../src/redis/index.js';
import { ADAPTERS, HostApplication, type Reply } from '../harness/application.js';
import { check } from '../harness/fuzz.js';
import { RedisServer } from '../harness/redis-server.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { jws, sessionClaims } from '../harness/tokens.js';
import { Line } from './line.js';

const STEPS = ['pay', 'tip'] as const;
type StepId = (typeof STEPS)[number];
const LIFE_SECONDS = 900;

class WordForm {
  @IsString()
  word!: string;
}

/** Side effects of steps, by browser and step. */
const effects = new Map<string, string[]>();
const effectsOf = (browser: string, step: StepId): string[] => effects.get(`${browser} ${step}`) ?? [];

@Injectable()
class PayStep extends Step<WordForm, string> {
  readonly id: StepId = 'pay';
  readonly form = WordForm;
  view(): StepView {
    return { template: 'terms', title: 'Pay', model: { introduction: null, documents: [] } };
  }
  submit(_context: StepContext, { word }: WordForm): StepResult<WordForm, string> {
    const [browser = '', choice = ''] = word.split(' ');
    if (choice === 'wrong') return invalid<WordForm>({ word: 'No.' });
    effects.set(`${browser} ${this.id}`, [...effectsOf(browser, this.id), word]);
    return choice === 'deny' ? denied('no_money', 'Sorry.') : completed(word);
  }
}

@Injectable()
class TipStep extends PayStep {
  override readonly id = 'tip';
}

interface World {
  readonly host: HostApplication;
  readonly store: RedisReplayStore;
  readonly line: Line;
  /** Makes the next secret the current one, and the current one the previous. */
  readonly rotate: () => Promise<void>;
  readonly secretOf: (version: number) => string;
  readonly version: () => number;
}

/** A login in one browser, and its expected state. */
class Session {
  /** The cookies and the address of the browser after each answer. */
  readonly tabs: StepBrowser[] = [];
  /** The outcome, which must never change. */
  end: unknown;

  constructor(
    readonly name: string,
    readonly token: string,
    readonly state: string,
    readonly version: number,
    readonly expiresAt: number,
  ) {}
}

interface Model {
  readonly sessions: Session[];
  isCut: boolean;
}
type Command = fc.AsyncCommand<Model, World>;
type Choice = 'yes' | 'deny' | 'wrong' | 'cancel';

let names = 0;

async function arrive(
  model: Model,
  world: World,
  token: string,
  state: string,
  version: number,
  expiresAt: number,
): Promise<void> {
  const browser = new StepBrowser(world.host);
  const { status } = await browser.arrive(token, state);
  if (world.line.isCut) {
    expect(status).toBe(503);
    return;
  }
  expect(status).toBe(303);
  const session = new Session(`b${(names += 1)}`, token, state, version, expiresAt);
  session.tabs.push(browser);
  model.sessions.push(session);
}

const nowOf = ({ host }: World): number => host.clock.now() / 1000;
/** Returns whether the service still accepts the login's key and session token. */
const isOpen = (session: Session, world: World): boolean =>
  session.version >= world.version() - 1 && nowOf(world) < session.expiresAt;

class Begin implements Command {
  check(): boolean {
    return true;
  }
  async run(model: Model, world: World): Promise<void> {
    const iat = Math.floor(nowOf(world));
    const [version, expiresAt] = [world.version(), iat + LIFE_SECONDS];
    const claims = { iat, exp: expiresAt, sub: `auth0|${(names += 1)}`, nonce: `n${names}`, steps: STEPS };
    const token = jws(sessionClaims(claims), undefined, world.secretOf(version));
    await arrive(model, world, token, `state-${names}`, version, expiresAt);
  }
  toString(): string {
    return 'Begin';
  }
}

/** An event of one login. */
abstract class InLogin implements Command {
  constructor(readonly login: number) {}
  check({ sessions }: Readonly<Model>): boolean {
    return sessions.length > 0;
  }
  async run(model: Model, world: World): Promise<void> {
    await this.act(model.sessions[this.login % model.sessions.length] as Session, world, model);
  }
  abstract act(session: Session, world: World, model: Model): Promise<void>;

  toString(): string {
    return `${this.constructor.name}(${JSON.stringify(this)})`;
  }
}

class SecondBrowser extends InLogin {
  async act({ token, state, version, expiresAt, ...session }: Session, world: World, model: Model): Promise<void> {
    if (!isOpen({ ...session, token, state, version, expiresAt }, world)) return;
    if (model.sessions.filter((other) => other.token === token).length >= 5) return;
    await arrive(model, world, token, state, version, expiresAt);
  }
}

/** Requests with any cookies of the login: the newest, or older ones of an open tab. */
abstract class AtStep extends InLogin {
  constructor(
    login: number,
    /** Undefined: the current step of the browser. */
    readonly step: StepId | undefined,
    /** 0 is the newest tab. */
    readonly age: number,
  ) {
    super(login);
  }

  browserOf({ tabs }: Session): StepBrowser {
    const browser = (tabs[Math.max(0, tabs.length - 1 - this.age)] as StepBrowser).copy();
    if (this.step) browser.location = browser.location.replace(/steps\/\w+/, `steps/${this.step}`);
    return browser;
  }

  /** Checks the rules for every answer. */
  learn(session: Session, world: World, browser: StepBrowser, { status, body }: Reply, before: number): void {
    if (!isOpen(session, world)) {
      expect(status).toBe(401);
      return;
    }
    expect(world.line.isCut ? [200, 303, 422, 503] : [200, 303, 422]).toContain(status);
    // Without the store, earlier results are unknown.
    if (world.line.isCut) expect(effectCount(session)).toBe(before);
    for (const step of STEPS) expect(effectsOf(session.name, step).length).toBeLessThanOrEqual(1);
    if (status === 503) return;
    session.tabs.push(browser);
    if (!body.includes('name="session_token"')) return;
    const claims = continueClaimsOf({ body } as Reply);
    const {
      outcome,
      error = null,
      steps,
    } = claims as { outcome: string; error: unknown; steps: Record<StepId, string> };
    for (const [step, data] of Object.entries(steps)) expect([data]).toEqual(effectsOf(session.name, step as StepId));
    expect(outcome === 'denied' || Object.keys(steps).length === STEPS.length).toBe(true);
    const end = { outcome, error, steps };
    session.end ??= end;
    expect(end).toEqual(session.end);
  }
}

const effectCount = ({ name }: Session): number => STEPS.flatMap((step) => effectsOf(name, step)).length;

class Refresh extends AtStep {
  async act(session: Session, world: World): Promise<void> {
    const [browser, before] = [this.browserOf(session), effectCount(session)];
    const reply = await browser.get();
    this.learn(session, world, browser, reply, before);
    expect(effectCount(session)).toBe(before);
  }
}

class Submit extends AtStep {
  constructor(
    login: number,
    step: StepId | undefined,
    age: number,
    /** Each choice is one post; all run at the same time. */
    readonly choices: readonly Choice[],
  ) {
    super(login, step, age);
  }

  async act(session: Session, world: World): Promise<void> {
    const before = effectCount(session);
    const posts = this.choices.map(async (choice, index) => {
      const browser = this.browserOf(session);
      const word = `${session.name} ${choice} ${session.tabs.length} ${index}`;
      const reply = await browser.post(choice === 'cancel' ? { _cancel: '' } : { word });
      return { browser, reply };
    });
    for (const { browser, reply } of await Promise.all(posts)) this.learn(session, world, browser, reply, before);
  }
}

class Rotate implements Command {
  check(): boolean {
    return true;
  }
  async run(_model: Model, { rotate }: World): Promise<void> {
    await rotate();
  }
  toString(): string {
    return 'Rotate';
  }
}

class TimePasses implements Command {
  constructor(readonly seconds: number) {}
  check(): boolean {
    return true;
  }
  async run(_model: Model, { host }: World): Promise<void> {
    host.clock.milliseconds += this.seconds * 1000;
  }
  toString(): string {
    return `TimePasses(${this.seconds})`;
  }
}

class Outage implements Command {
  constructor(readonly isBeginning: boolean) {}
  check({ isCut }: Readonly<Model>): boolean {
    return isCut !== this.isBeginning;
  }
  async run(model: Model, { line, store }: World): Promise<void> {
    model.isCut = this.isBeginning;
    await (this.isBeginning ? line.cut(store) : line.mend(store));
  }
  toString(): string {
    return this.isBeginning ? 'Outage begins' : 'Outage ends';
  }
}

const login = fc.nat(3);
const step = fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.constantFrom(...STEPS));
const age = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(4));
const choice = fc.constantFrom<Choice>('yes', 'yes', 'yes', 'yes', 'yes', 'deny', 'wrong', 'cancel');
const submit = fc
  .tuple(login, step, age, fc.array(choice, { minLength: 1, maxLength: 2 }))
  .map((fields) => new Submit(...fields));
const commands = fc.commands<Model, World, false>(
  [
    fc.constant(new Begin()),
    ...Array.from({ length: 9 }, () => submit),
    fc.tuple(login, step, age).map((fields) => new Refresh(...fields)),
    login.map((index) => new SecondBrowser(index)),
    fc.constantFrom(60, 400).map((seconds) => new TimePasses(seconds)),
    fc.constant(new Rotate()),
    ...[true, false, false, false].map((isBeginning) => fc.constant(new Outage(isBeginning))),
  ],
  { maxCommands: 40, size: 'max' },
);

describe.each(ADAPTERS)('logins with steps on %s', (adapter) => {
  let server: RedisServer;
  let line: Line;
  let directory: string;
  let host: HostApplication;
  let world: World;
  let version = 1;

  const secretOf = (number: number): string => `version-${number}-aB3$xyz-0987654321-qwe`;
  function mount(): void {
    writeFileSync(join(directory, 'current'), secretOf(version));
    writeFileSync(join(directory, 'previous'), version > 1 ? secretOf(version - 1) : '');
  }

  beforeAll(async () => {
    server = await RedisServer.start();
    line = await Line.start(server.port);
    directory = mkdtempSync(join(tmpdir(), 'secret-'));
    mount();
    const store = {
      url: line.url,
      deadline: 5000,
      whenUnavailable: 'refuse',
      onDegraded: () => {},
      onRecovered: () => {},
    } as const;
    const options = { secret: undefined, secretsDirectory: directory } as never;
    host = await HostApplication.start(adapter, options, 'recorded', [PayStep, TipStep], [], {
      replayStore: redisReplayStore(store),
    });
    const rotate = async (): Promise<void> => {
      version += 1;
      mount();
      // The key ring reads a file at most once in ten milliseconds.
      await pause(12);
      host.provider(TenantsService).all()[0]?.keyRing.refresh();
    };
    const stores = host.provider(ReplayStore) as RedisReplayStore;
    await stores.settled();
    world = { host, store: stores, line, rotate, secretOf, version: () => version };
  });
  afterAll(async () => {
    await host.stop();
    await line.stop();
    await server.stop();
    rmSync(directory, { recursive: true });
  });

  it('end once each, and no step acts twice, under any sequence of users, keys, time and outages of Redis', async () => {
    let [ended, denials] = [0, 0];
    const property = fc.asyncProperty(commands, async (sequence) => {
      const model: Model = { sessions: [], isCut: false };
      await new Begin().run(model, world);
      await fc.asyncModelRun(() => ({ model, real: world }), sequence);
      const ends = model.sessions.flatMap(({ end }) => (end as { outcome: string } | undefined) ?? []);
      ended += ends.length;
      denials += ends.filter(({ outcome }) => outcome === 'denied').length;
    });
    await check(
      property.afterEach(async () => {
        if (line.isCut) await line.mend(world.store);
      }),
      10,
    );
    expect(ended - denials).toBeGreaterThan(2);
    expect(denials).toBeGreaterThan(2);
    expect(host.refused.filter(({ code }) => code === 'internal_error')).toEqual([]);
  });
});
