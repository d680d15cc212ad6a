import Handlebars from 'handlebars/runtime.js';
import { templates } from './views.generated.js';

/** Model of `views/continue.hbs`. */
export interface ContinueModel {
  readonly title: string;
  readonly text: string;
  readonly button: string;
  readonly action: string;
  readonly state: string;
  readonly sessionToken: string;
  readonly script: string;
}

/** Model of `views/error.hbs`. */
export interface ErrorModel {
  readonly title: string;
  readonly text: string;
  readonly advice: string;
  readonly signInUrl: string | null;
  readonly button: string;
  readonly referenceLabel: string;
  readonly reference: string;
}

/** What `views/layout.hbs` needs beside the model of the view in it. */
export interface LayoutModel {
  readonly lang: string;
  readonly nonce: string;
  readonly stylesheet: string;
}

/** What `views/step.hbs` needs beside the model of the step's own view in it. */
export interface StepModel {
  readonly title: string;
  readonly progress: string;
  readonly problems: readonly { readonly field: string; readonly message: string }[];
  readonly problemsTitle: string;
  readonly action: string;
  readonly submitLabel: string;
  readonly cancelLabel: string;
  readonly deadline: string;
  /** What was posted, by field; empty at first. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What is wrong with it, by field. */
  readonly messages: Readonly<Record<string, string>>;
}

interface Models {
  readonly continue: ContinueModel;
  readonly error: ErrorModel;
  readonly [step: `steps/${string}`]: StepModel;
}

/** The runtime alone, which cannot compile. */
const handlebars = Handlebars.create();
const views = new Map(
  Object.entries(templates).map(([name, specification]) => [name, handlebars.template(specification)]),
);
handlebars.registerPartial(Object.fromEntries(views));

/** HTML of one view; what the model holds is escaped. A value that the view names and the model lacks is an error. */
export function renderView<Name extends keyof Models>(name: Name, model: Models[Name] & LayoutModel): string {
  const view = views.get(name);
  if (!view) throw new Error(`There is no view ${name}`);
  return view(model);
}
