import { readFileSync } from 'node:fs';

it.each(['customer-number.step.ts', 'views/steps/customer-number.hbs'])(
  'docs/steps/http-client.md shows %s unchanged',
  (file) => {
    const example = readFileSync(`examples/http-client-step/${file}`, 'utf8').trimEnd();
    expect(readFileSync('docs/steps/http-client.md', 'utf8')).toContain(example);
  },
);
