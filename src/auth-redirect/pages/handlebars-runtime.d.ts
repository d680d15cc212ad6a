/** Handlebars declares its runtime, which has no compiler, as an empty module. */
declare module 'handlebars/runtime.js' {
  import Handlebars from 'handlebars';

  export default Handlebars;
}
