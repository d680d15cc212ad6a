export class UnsetVariable extends Error {
  constructor(readonly variable: string) {
    super(`The environment variable ${variable} is not set.`);
  }
}

/** Replaces `${NAME}` by the environment's variable. `$${NAME}` becomes `${NAME}`. */
export function fillIn(text: string, environment: NodeJS.ProcessEnv): string {
  return text.replace(/\$?\$\{([A-Za-z_]\w*)\}/g, (match, name: string) => {
    if (match.startsWith('$$')) return match.slice(1);
    const value = environment[name];
    if (value === undefined) throw new UnsetVariable(name);
    return value;
  });
}
