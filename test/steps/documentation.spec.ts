import { readFileSync } from 'node:fs';

const FOLDER = 'examples/custom-step';

it.each(['birthday.step.ts', 'index.ts', 'views/steps/birthday.hbs', 'birthday.step.spec.ts'])(
  'docs/steps.md shows %s unchanged',
  (file) => {
    expect(readFileSync('docs/steps.md', 'utf8')).toContain(readFileSync(`${FOLDER}/${file}`, 'utf8').trimEnd());
  },
);

it.each(['bank.step.ts', 'age-check.step.ts', 'hand-off.spec.ts'])(
  'docs/steps/hand-off.md shows %s unchanged',
  (file) => {
    const shown = readFileSync('docs/steps/hand-off.md', 'utf8');
    expect(shown).toContain(readFileSync(`examples/hand-off/${file}`, 'utf8').trimEnd());
  },
);
