import { createContext, Script, type Context } from 'node:vm';
import type { Environment } from '@marcbachmann/cel-js';
import type { JsonObject } from '../json.js';
import { inspectSyntax } from './condition-syntax.js';

/** On a busy machine, the process can wait for most of this time. */
const EVALUATION_MAX_MS = 500;

/** A condition of 1,000 characters has about 250 nodes. */
const LIMITS = { maxAstNodes: 500, maxDepth: 50, maxListElements: 250, maxMapEntries: 100, maxCallArguments: 4 };

const EVALUATION = new Script('evaluate()');
let sandbox: Context | undefined;

export interface ConditionVariables {
  /** Claims of the session token. */
  readonly claims: JsonObject;
  readonly tenant: string;
  /** Language of the pages. */
  readonly locale: string;
  /** Data of the completed steps, by step id. */
  readonly earlier: JsonObject;
}

/** Only `unmet` skips the step. */
export type Verdict =
  | { readonly type: 'met' | 'unmet' }
  /** The condition cannot be evaluated. */
  | { readonly type: 'failed'; readonly failure: string }
  /** The condition reads the result of a step that is not completed. */
  | { readonly type: 'open'; readonly until: string };

export class Condition {
  readonly #evaluate: (variables: ConditionVariables) => unknown;

  /**
   * @param text The condition in CEL.
   * @param reads Ids of the steps whose results it reads.
   */
  constructor(
    readonly text: string,
    readonly reads: readonly string[],
    evaluate: (variables: ConditionVariables) => unknown,
  ) {
    this.#evaluate = evaluate;
  }

  /** @param pending Ids of steps that are not completed. */
  judge(variables: ConditionVariables, pending: readonly string[]): Verdict {
    const until = this.reads.find((id) => pending.includes(id));
    if (until !== undefined) return { type: 'open', until };
    try {
      const result = inTime(() => this.#evaluate(variables));
      if (typeof result !== 'boolean') return { type: 'failed', failure: 'the result is not a boolean' };
      return { type: result ? 'met' : 'unmet' };
    } catch (error) {
      return { type: 'failed', failure: failureOf(error) };
    }
  }
}

export class ConditionCompiler {
  private constructor(private readonly environment: Environment) {}

  static async load(): Promise<ConditionCompiler> {
    const cel = await import('@marcbachmann/cel-js'); // optional peer
    const environment = new cel.Environment({ limits: LIMITS, homogeneousAggregateLiterals: false })
      .registerVariable('claims', 'map<string, dyn>')
      .registerVariable('tenant', 'string')
      .registerVariable('locale', 'string')
      .registerVariable('earlier', 'map<string, dyn>');
    return new ConditionCompiler(environment);
  }

  /** Returns the condition, or its problems: verb phrases with the position. */
  compile(text: string): Condition | readonly string[] {
    try {
      const program = this.environment.parse(text);
      const { problems, reads } = inspectSyntax(program.ast);
      if (problems.length > 0) return problems.map(({ node, message }) => `${message}, at character ${node.start + 1}`);
      const { error, type } = program.check();
      if (error) throw error;
      if (type === 'dyn')
        return ['can have values other than true and false: write a comparison, like claims.vip == true'];
      if (type !== 'bool') return [`has the type ${type}, not bool: write a comparison`];
      return new Condition(text, reads, (variables) => program({ ...variables }));
    } catch (error) {
      return [`is not a valid condition: ${summaryOf(error)}`];
    }
  }
}

/** `vm` can interrupt an evaluation, which hostile claims could prolong. */
function inTime(evaluate: () => unknown): unknown {
  sandbox ??= createContext({});
  Object.assign(sandbox, { evaluate });
  try {
    return EVALUATION.runInContext(sandbox, { timeout: EVALUATION_MAX_MS });
  } finally {
    Object.assign(sandbox, { evaluate: undefined });
  }
}

/** Returns the library's error code and the position, but no values. */
function failureOf(error: unknown): string {
  const { code, range, name } = detailsOf(error);
  if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return `it takes longer than ${EVALUATION_MAX_MS} ms`;
  return `${code ?? name}${range ? ` at character ${range.start + 1}` : ''}`;
}

/** Used at startup, when no user data can be in the message. */
function summaryOf(error: unknown): string {
  const { summary, range } = detailsOf(error);
  return `${summary}${range ? `, at character ${range.start + 1}` : ''}`;
}

function detailsOf(error: unknown) {
  const { name, code, range, summary, message }: Partial<Record<string, unknown>> = Object(error);
  const { start }: { start?: unknown } = Object(range);
  return {
    name: String(name),
    code: typeof code === 'string' ? code : undefined,
    summary: String(summary ?? message),
    range: typeof start === 'number' ? { start } : undefined,
  };
}
