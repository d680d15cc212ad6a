import type { Project } from './project.js';
import type { StepNames } from './step-names.js';

/** The form, and what becomes of it. */
export function stepSource({ id, step, form, data, title, claim }: StepNames): string {
  return `import { Injectable } from '@nestjs/common';
import { Length } from 'class-validator';
import { completed, invalid, Step, type StepContext, type StepResult, type StepView } from 'nestjs-auth-redirect';

/** A text, or a key of the locale files. */
const MESSAGE = 'Please give an answer of 2 to 80 characters.';

/** What the page posts. Every rule has a message. */
export class ${form} {
  @Length(2, 80, { message: MESSAGE })
  answer!: string;
}

/** What the Action gets, under \`${id}\`. It travels in a token that the browser carries: signed, not encrypted. */
export type ${data} = { readonly answer: string };

/**
 * Asks the user for an answer, and hands it to the Action. Its page is the template \`steps/${id}.hbs\`.
 *
 * Providers of the application come in through the constructor; their module stands in \`imports\` of AuthRedirectModule.
 */
@Injectable()
export class ${step} extends Step<${form}, ${data}> {
  readonly id = '${id}';
  readonly form = ${form};

  /** Not asked where the session token's claim \`steps\` names the steps: then the Action has decided. */
  override applies({ sessionToken }: StepContext): boolean {
    return sessionToken.claims.${claim} !== true;
  }

  view(): StepView {
    return {
      template: '${id}',
      title: '${title}',
      labels: { answer: 'Your answer' },
      model: { label: 'Your answer' },
    };
  }

  /** Called for a form that validated, and for no other. Two more results: denied and handOff. */
  submit(_context: StepContext, form: ${form}): StepResult<${form}, ${data}> {
    const answer = form.answer.trim();
    return answer.length < 2 ? invalid({ answer: MESSAGE }) : completed({ answer });
  }
}
`;
}

/** Its test, without HTTP. */
export function stepSpec({ id, step, claim }: StepNames, { extension, testRunner }: Project): string {
  const globals = testRunner === 'vitest' ? `import { describe, expect, it } from 'vitest';\n` : '';
  return `import { completed } from 'nestjs-auth-redirect';
import { StepTester } from 'nestjs-auth-redirect/testing';
${globals}import { ${step} } from './${id}.step${extension}';

describe('the step ${id}', () => {
  const tester = new StepTester(new ${step}());

  it('shows its page', async () => {
    expect(await tester.view()).toMatchObject({ template: '${id}' });
  });

  it('hands the answer to the Action', async () => {
    expect(await tester.submit({ answer: ' something ' })).toEqual(completed({ answer: 'something' }));
  });

  it.each(['', 'a', ' a ', 'a'.repeat(81)])('asks again for %j', async (answer) => {
    const messages = { answer: 'Please give an answer of 2 to 80 characters.' };
    expect(await tester.submit({ answer })).toEqual({ type: 'invalid', messages });
  });

  it('is not taken by who has taken it before', async () => {
    expect(await tester.applies()).toBe(true);
    expect(await new StepTester(new ${step}(), { claims: { ${claim}: true } }).applies()).toBe(false);
  });
});
`;
}

/** The fields of its page; the partial \`step\` puts heading, buttons and the list of mistakes around them. */
export function stepTemplate(): string {
  return `{{#> step}}
<p class="field">
<label for="answer">{{label}}</label>
<input type="text" id="answer" name="answer" autocomplete="off" required maxlength="80" value="{{lookup values "answer"}}"{{invalid "answer"}}>
</p>
{{problem "answer"}}
{{/step}}
`;
}
