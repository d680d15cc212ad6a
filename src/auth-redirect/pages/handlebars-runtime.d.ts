/** Handlebars types its runtime as an empty module; it is Handlebars without the compiler. */
declare module 'handlebars/runtime.js' {
  import Handlebars from 'handlebars';

  export default Handlebars;
}
