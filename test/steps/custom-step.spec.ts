import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BirthdayStep } from '../../examples/custom-step/birthday.step.js';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { ProfileStep } from '../../src/steps/profile/index.js';
import { StepTester } from '../../src/testing/step-tester.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { jws } from '../harness/tokens.js';

describe.each(ADAPTERS)('a custom step on %s', (adapter) => {
  it('is shown in its own view, and returns its data to the Action', async () => {
    const options = { viewsDirectory: 'examples/custom-step/views' };
    const host = await HostApplication.start(adapter, options, 'recorded', [BirthdayStep]);
    const browser = new StepBrowser(host);
    await browser.arrive(jws());
    expect((await browser.get()).body).toContain('<legend><bdi>Birthday</bdi></legend>');
    const again = await browser.post({ 'birthday-day': '"><script>' });
    expect(again.status).toBe(422);
    expect(again.body).toContain('value="&quot;&gt;&lt;script&gt;"');
    const birthday = { 'birthday-day': '31', 'birthday-month': '12', 'birthday-year': '1990' };
    expect(continueClaimsOf(await browser.post(birthday)).steps).toEqual({ birthday: { adult: true } });
    await host.stop();
  });
});

describe('a directory of views', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'views-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('replaces any page by its name, and the style', async () => {
    writeFileSync(join(directory, 'error.hbs'), '{{#> layout}}<h1>Ours: {{title}}</h1>{{/layout}}');
    writeFileSync(join(directory, 'style.css'), 'h1{color:teal}');
    const host = await HostApplication.start('express', { viewsDirectory: directory });
    const { body } = await host.request('/redirect');
    await host.stop();
    expect(body).toContain('<h1>Ours: This link does not work</h1>');
    expect(body).toMatch(/<style nonce="[\w-]+">h1\{color:teal\}<\/style>/);
  });

  it('does not indent the lines of a value', async () => {
    mkdirSync(join(directory, 'steps'));
    writeFileSync(join(directory, 'steps', 'profile.hbs'), '{{#> step}}\n  {{> fields}}\n{{/step}}\n');
    const step = new ProfileStep({ fields: [{ name: 'note', type: 'textarea', label: 'Note', maxLength: 3 }] });
    const page = await new StepTester(step, { viewsDirectory: directory }).render({ note: 'one\ntwo' });
    expect(page).toContain('>\none\ntwo</textarea>');
  });

  it('fails startup with a template that includes an unknown view or helper', async () => {
    const inline = '{{#*inline "mine"}}x{{/inline}}{{> mine}}{{#> layout}}{{> @partial-block}}{{/layout}}';
    writeFileSync(join(directory, 'step.hbs'), inline);
    writeFileSync(
      join(directory, 'error.hbs'),
      '{{#> layuot}}{{> foooter}}{{#if (eq title "a")}}{{shout title}}{{/if}}{{/layuot}}',
    );
    await expect(HostApplication.start('express', { viewsDirectory: directory })).rejects.toMatchObject({
      problems: [
        'viewsDirectory has error.hbs, which includes the unknown view layuot',
        'viewsDirectory has error.hbs, which includes the unknown view foooter',
        'viewsDirectory has error.hbs, which uses the unknown helper eq',
        'viewsDirectory has error.hbs, which uses the unknown helper shout',
      ],
    });
  });

  it.each(['<input type="date" name="a">', "<input\n name=a TYPE = 'number'>", '<input type=time>'])(
    'fails startup with a field that loses unreadable input: %j',
    async (input) => {
      mkdirSync(join(directory, 'steps'));
      writeFileSync(join(directory, 'steps', 'own.hbs'), `{{#> step}}${input}{{/step}}`);
      await expect(HostApplication.start('express', { viewsDirectory: directory })).rejects.toMatchObject({
        problems: [
          expect.stringMatching(
            /^viewsDirectory has steps\/own\.hbs, which has an input of type (?:date|number|time)\. .*use Fields/,
          ),
        ],
      });
    },
  );

  it('fails startup with a page that uses an unknown value', async () => {
    writeFileSync(join(directory, 'error.hbs'), '{{#> layout}}{{titel}}{{/layout}}');
    await expect(HostApplication.start('express', { viewsDirectory: directory })).rejects.toMatchObject({
      problems: [
        `viewsDirectory has a template that error cannot be rendered with: ${directory}/error.hbs, line 1: the page does not have the variable titel`,
      ],
    });
  });

  it.each([
    ['a template that does not compile', 'viewsDirectory has error.hbs, which does not compile: '],
    ['no directory', 'viewsDirectory names a directory that does not exist (ENOENT)'],
  ])('fails startup with %s', async (name, problem) => {
    writeFileSync(join(directory, 'error.hbs'), '{{#if}');
    const viewsDirectory = name === 'no directory' ? join(directory, 'none') : directory;
    await expect(HostApplication.start('express', { viewsDirectory })).rejects.toMatchObject({
      code: 'options_invalid',
      problems: [expect.stringContaining(problem)],
    });
  });
});
