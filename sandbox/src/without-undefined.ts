/** Members that may be undefined may be absent instead. */
type WithoutUndefined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

export function withoutUndefined<T extends object>(values: T): WithoutUndefined<T> {
  // oxlint-disable-next-line no-unsafe-type-assertion -- TypeScript does not follow members through Object.entries
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as WithoutUndefined<T>;
}
