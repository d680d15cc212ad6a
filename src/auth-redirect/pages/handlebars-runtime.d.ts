/** Handlebars types its runtime as an empty module. The runtime is Handlebars without its compiler. */
declare module 'handlebars/runtime.js' {
  import Handlebars from 'handlebars';

  export default Handlebars;
}
