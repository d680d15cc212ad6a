/** Fixes the current time, in milliseconds since the epoch. */
export function frozenDate(nowMs: number): DateConstructor {
  const construct = (target: DateConstructor, args: unknown[], newTarget: CallableFunction): object =>
    Reflect.construct(target, args.length === 0 ? [nowMs] : args, newTarget);
  const frozen: DateConstructor = new Proxy(Date, {
    construct: (target, args, newTarget) => construct(target, args, newTarget === frozen ? target : newTarget),
    apply: () => new Date(nowMs).toString(),
    get: (target, name) => (name === 'now' ? () => nowMs : Reflect.get(target, name)),
  });
  return frozen;
}
