import { ADAPTERS, HostApplication } from '../harness/application.js';
import { jws } from '../harness/tokens.js';

describe.each(ADAPTERS)('the continue page on %s', (adapter) => {
  it.each([
    [undefined, 'One moment', true],
    ['automatic', 'One moment', true],
    ['manual', 'Almost done', false],
  ] as const)(
    'with the option %s has the title “%s”; posts automatically: %s',
    async (continuePage, title, automatic) => {
      const host = await HostApplication.start(adapter, continuePage && { continuePage });
      const { body } = await host.redirect(jws(), 'state');
      await host.stop();
      expect(body).toContain(`<h1>${title}</h1>`);
      expect(body.includes(' data-automatic>')).toBe(automatic);
    },
  );
});
