export interface OwnView {
  /** Name of the view: `steps/terms` for `steps/terms.hbs`. */
  readonly name: string;
  readonly file: string;
  readonly source: string;
}
