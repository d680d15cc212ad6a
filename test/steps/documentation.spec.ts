import { readFileSync } from 'node:fs';

const FOLDER = 'examples/custom-step';

it.each(['birthday.step.ts', 'index.ts', 'views/steps/birthday.hbs', 'birthday.step.spec.ts'])(
  'docs/steps.md shows %s unchanged',
  (file) => {
    expect(readFileSync('docs/steps.md', 'utf8')).toContain(readFileSync(`${FOLDER}/${file}`, 'utf8').trimEnd());
  },
);
