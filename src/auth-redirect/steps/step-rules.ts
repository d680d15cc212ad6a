import type { StepRuleOptions } from '../options/step-rule.options.js';
import { Condition, ConditionCompiler } from './condition.js';

export interface StepRule {
  /** Condition of the step. Default: every login needs the step. */
  readonly condition?: Condition;
  readonly isOptional: boolean;
}

const NO_RULE: StepRule = { isOptional: false };

export class StepRules {
  /**
   * @param byId Rules by step id.
   * @param problems One for each condition that does not compile.
   */
  constructor(
    readonly byId: ReadonlyMap<string, StepRule> = new Map(),
    readonly problems: readonly string[] = [],
  ) {}

  /** Loads the library for conditions only if a rule has one. */
  static async compile(options: Readonly<Record<string, StepRuleOptions>> = {}): Promise<StepRules> {
    const entries = Object.entries(options);
    const compiler = entries.some(([, { when }]) => isSet(when)) ? await ConditionCompiler.load() : undefined;
    const byId = new Map<string, StepRule>();
    const problems: string[] = [];
    for (const [id, { when, optional }] of entries) {
      const compiled = isSet(when) ? compiler?.compile(when) : undefined;
      const condition = compiled instanceof Condition ? { condition: compiled } : {};
      byId.set(id, { isOptional: optional === true, ...condition });
      if (compiled && !(compiled instanceof Condition))
        problems.push(...compiled.map((problem) => `stepRules.${id}.when ${problem}`));
    }
    return new StepRules(byId, problems);
  }

  of(stepId: string): StepRule {
    return this.byId.get(stepId) ?? NO_RULE;
  }
}

/** In YAML, an empty option is null. */
function isSet(when: string | null | undefined): when is string {
  return when !== undefined && when !== null;
}
