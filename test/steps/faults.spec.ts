import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, Logger, type LoggerService } from '@nestjs/common';
import { completed, Step, type Completed, type StepView } from 'nestjs-auth-redirect';
import { FrozenClock, StepTester } from 'nestjs-auth-redirect/testing';
import { BirthdayStep } from '../../examples/custom-step/birthday.step.js';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { StepBrowser } from '../harness/step-browser.js';
import { ISSUER, tokenWith } from '../harness/tokens.js';

const HEAD = '{{#> step}}\n<p>{{label}}</p>\n';
const SUBJECT = 'auth0|the-subject';

class PlaceForm {}

class Places {
  labelOf(_subject: string): string {
    return 'Place';
  }
}

@Injectable()
class PlaceStep extends Step<PlaceForm, null> {
  readonly id = 'place';
  readonly form = PlaceForm;

  constructor(private readonly places: Places) {
    super();
  }

  view(): StepView {
    const label = this.places.labelOf(SUBJECT);
    return { template: 'place', title: 'Place', model: { label, address: { city: SUBJECT } } };
  }

  submit(): Completed<null> {
    return completed(null);
  }
}

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'faults-'));
  mkdirSync(join(directory, 'steps'));
  file = join(directory, 'steps/place.hbs');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
  jest.restoreAllMocks();
});

const write = (line: string): void => writeFileSync(file, `${HEAD}${line}\n{{/step}}\n`);

describe.each(ADAPTERS)('an error of a step on %s', (adapter) => {
  /** Shows the step, and returns the reports of the module. */
  async function fault(places = new Places()) {
    const providers = [{ provide: Places, useValue: places }];
    const host = await HostApplication.start(
      adapter,
      { viewsDirectory: directory },
      'recorded',
      [PlaceStep],
      providers,
    );
    const browser = new StepBrowser(host);
    await browser.arrive(tokenWith({ sub: SUBJECT }));
    const page = await browser.get();
    await host.stop();
    expect(page.status).toBe(500);
    expect(host.refused).toMatchObject([{ code: 'internal_error', tenant: ISSUER, step: 'place' }]);
    return host.refused[0]?.fault;
  }

  it.each([
    ['{{lable}}', 'lable'],
    ['{{address.town}}', 'address.town'],
    ['{{lookup valeus "place"}}', 'valeus'],
    ['{{invalid place}}', 'place'],
    ['{{#each adresses}}{{/each}}', 'adresses'],
  ])('in the template, %s, names file, line and variable, and no value', async (line, variable) => {
    write(line);
    const reported = await fault();
    expect(reported).toMatchObject({
      name: 'ViewError',
      code: 'view_not_rendered',
      message: `${file}, line 3: the page does not have the variable ${variable}`,
      view: { file, line: 3, variable },
    });
    expect(JSON.stringify(reported)).not.toContain(SUBJECT);
  });

  it('in a template that the page includes names that file', async () => {
    writeFileSync(join(directory, 'address.hbs'), '\n{{address.town}}');
    write('{{> address}}');
    const view = { file: join(directory, 'address.hbs'), line: 2, variable: 'address.town' };
    expect(await fault()).toMatchObject({ view });
  });

  it('in the template, a member of a text, names the file and no value', async () => {
    write('{{address.city.name}}');
    const reported = await fault();
    expect(reported).toMatchObject({ name: 'ViewError', view: { file }, cause: { name: 'TypeError' } });
    expect(JSON.stringify(reported)).not.toContain(SUBJECT);
  });

  it('in view() names the missing template', async () => {
    expect(await fault()).toMatchObject({ code: 'view_not_rendered', view: { file: 'steps/place.hbs' } });
  });

  it('in an injected service has name, code, message, cause and place, and in production no message', async () => {
    write('');
    const token = tokenWith({});
    const cause = Object.assign(new Error('of the driver'), { code: 'ECONNREFUSED' });
    const places = {
      labelOf: (): never => {
        throw Object.assign(new RangeError(`no place\nfor ${token}`, { cause }), { code: 'no_place' });
      },
    };
    const reported = await fault(places);
    expect(reported).toMatchObject({ name: 'RangeError', code: 'no_place', message: 'no place for …' });
    expect(reported?.frames.slice(0, 2).join()).toMatch(
      /faults\.spec\.ts:\d+:\d+.*PlaceStep.*faults\.spec\.ts:\d+:\d+/,
    );
    expect(reported?.cause).toMatchObject({ name: 'Error', code: 'ECONNREFUSED' });
    expect(JSON.stringify(reported)).not.toContain('of the driver');
    jest.replaceProperty(process.env, 'NODE_ENV', 'production');
    expect(await fault(places)).not.toHaveProperty('message');
  });

  it('in an injected service keeps both ends of a long message', async () => {
    write('');
    const places = {
      labelOf: (): never => {
        throw new Error(`Invalid query ${'x'.repeat(2000)} The table "places" does not exist`);
      },
    };
    const { message = '' } = (await fault(places)) ?? {};
    expect(message).toMatch(/^Invalid query x+ … x+ The table "places" does not exist$/);
    expect(message.length).toBeLessThan(510);
  });

  it('names the step whose applies() throws, when the login begins', async () => {
    jest.spyOn(PlaceStep.prototype, 'applies').mockRejectedValue(new TypeError('x'));
    const providers = [{ provide: Places, useValue: new Places() }];
    const host = await HostApplication.start(adapter, {}, 'recorded', [PlaceStep], providers);
    expect((await host.redirect(tokenWith({}), 'state')).status).toBe(500);
    await host.stop();
    expect(host.refused).toMatchObject([{ tenant: ISSUER, step: 'place', fault: { name: 'TypeError' } }]);
  });

  it("is one line of Nest's logger with tenant, step and fault if the host has no hook", async () => {
    write('{{lable}}');
    const lines: unknown[] = [];
    const error = (line: unknown): void => void lines.push(line);
    const logger: LoggerService = { log: () => undefined, warn: () => undefined, error };
    const providers = [{ provide: Places, useValue: new Places() }];
    const host = await HostApplication.start(adapter, { viewsDirectory: directory }, 'none', [PlaceStep], providers);
    Logger.overrideLogger(logger);
    const browser = new StepBrowser(host);
    await browser.arrive(tokenWith({}));
    await browser.get();
    Logger.overrideLogger(true);
    await host.stop();
    const view = JSON.stringify({ file, line: 3, variable: 'lable' });
    expect(lines).toEqual([
      expect.stringMatching(/^refused: internal_error, .+, tenant example\.eu\.auth0\.com, step place, fault \{.+\}$/),
    ]);
    expect(lines[0]).toContain(`"view":${view}`);
  });
});

describe('StepTester.render()', () => {
  const tester = () => new StepTester(new PlaceStep(new Places()), { viewsDirectory: directory });

  it('finds an error of the template', async () => {
    write('{{lable}}');
    await expect(tester().render()).rejects.toMatchObject({
      code: 'view_not_rendered',
      place: { file, line: 3, variable: 'lable' },
    });
  });

  it('returns the page', async () => {
    write('{{address.city}}');
    expect(await tester().render()).toContain(`<p>Place</p>\n${SUBJECT}`);
  });

  it('returns the page that is shown again for an invalid form, and none for a valid one', async () => {
    const birthday = new BirthdayStep(new FrozenClock(0));
    const page = await new StepTester(birthday, { viewsDirectory: 'examples/custom-step/views' }).render({
      'birthday-day': 'then',
    });
    expect(page).toContain('<p class="problem" id="birthday-problem">Enter a valid date, like 12/31/1990.</p>');
    expect(page).toContain('value="then"');
    write('');
    await expect(tester().render({})).rejects.toThrow('the form is valid: the step returned completed');
  });
});
