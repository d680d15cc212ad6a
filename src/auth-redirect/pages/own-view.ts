export interface OwnView {
  /** `steps/terms` for `steps/terms.hbs`. */
  readonly name: string;
  readonly file: string;
  readonly source: string;
}
