export interface StepNames {
  /** Id of the step and of its template: `display-name`. */
  readonly id: string;
  /** Prefix of its classes: `DisplayName`. */
  readonly className: string;
  /** Name of its field, and key of its texts: `displayName`. */
  readonly key: string;
  /** Title of its page: `Display name`. */
  readonly title: string;
}

/** Maximum length that the generated form accepts, in characters. */
const MAX_LENGTH = 100;

export function stepSource({ id, className, key }: StepNames): string {
  return `import { Injectable } from '@nestjs/common';
import { Length } from 'class-validator';
import { completed, Step, type Completed, type StepContext, type StepView } from 'nestjs-auth-redirect';

export class ${className}Form {
  @Length(1, ${MAX_LENGTH}, { message: '${key}.invalid' })
  ${key}!: string;
}

export type ${className} = { readonly ${key}: string };

@Injectable()
export class ${className}Step extends Step<${className}Form, ${className}> {
  readonly id = '${id}';
  readonly form = ${className}Form;

  view({ t }: StepContext): StepView {
    const label = t('${key}.label');
    return { template: '${id}', title: t('${key}.title'), labels: { ${key}: label }, model: { label } };
  }

  submit(_context: StepContext, form: ${className}Form): Completed<${className}> {
    return completed({ ${key}: form.${key} });
  }
}
`;
}

/**
 * @param stepFile Import specifier of the step in the test.
 * @param localesDirectory Expression for the directory of the texts.
 * @param imports More imports, one per line.
 */
export function stepTest(
  { id, className, key, title }: StepNames,
  { stepFile, localesDirectory, imports }: { stepFile: string; localesDirectory: string; imports: string },
): string {
  return `import { join } from 'node:path';
${imports}import { completed } from 'nestjs-auth-redirect';
import { StepTester } from 'nestjs-auth-redirect/testing';
import { ${className}Step } from '${stepFile}';

describe('${className}Step', () => {
  const tester = new StepTester(new ${className}Step(), { localesDirectory: ${localesDirectory} });

  it('shows its page', async () => {
    expect(await tester.view()).toMatchObject({ template: '${id}', title: '${title}' });
  });

  it('completes with the data of the form', async () => {
    expect(await tester.submit({ ${key}: 'example' })).toEqual(completed({ ${key}: 'example' }));
  });

  it('rejects an empty form', async () => {
    const messages = { ${key}: '${stepTexts({ title }).invalid}' };
    expect(await tester.submit({ ${key}: '' })).toEqual({ type: 'invalid', messages });
  });
});
`;
}

export function stepTemplate({ key }: StepNames): string {
  return `{{#> step}}
<p class="field">
<label for="${key}">{{label}}</label>
<input type="text" id="${key}" name="${key}" required maxlength="${MAX_LENGTH}" value="{{lookup values "${key}"}}"{{invalid "${key}"}}>
</p>
{{problem "${key}"}}
{{/step}}
`;
}

export function stepTexts({
  title,
}: Pick<StepNames, 'title'>): Readonly<Record<'title' | 'label' | 'invalid', string>> {
  return { title, label: title, invalid: `Please use 1 to ${MAX_LENGTH} characters.` };
}
