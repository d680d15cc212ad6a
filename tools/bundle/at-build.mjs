import { readFileSync } from 'node:fs';

/** What jsonwebtoken asks a library of version ranges, at each start: whether this Node has what every Node since 16.9 has. */
const nodeFeatures = /jsonwebtoken\/lib\/\w+Supported\.js$/;

/** Nest's own loggers, which the service replaces. They load the calendars of all languages, for a formatter that is not used. */
const nestLoggers = /@nestjs\/common\/services\/(?:console-)?logger\.service\.js$/;
const formatter = /^const dateTimeFormatter = (new Intl\.DateTimeFormat\([^;]+\));$/m;
const laterFormatter =
  'let formatter; const dateTimeFormatter = { format: (date) => (formatter ??= $1).format(date) };';

/** What Nest looks for on the disk, for applications that have it, and the platform of those that name none. */
const absent = /^@nestjs\/(?:(?:microservices|websockets)(?:\/|$)|platform-express$)/;

/** Work that packages do while they are loaded: done at build, or when somebody asks for what comes of it. */
export const atBuild = {
  name: 'at-build',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: absent }, () => ({ path: 'absent', namespace: 'absent' }));
    onLoad({ filter: /./, namespace: 'absent' }, () => ({
      contents: "throw new Error('The service does not have it');",
    }));
    onLoad({ filter: nodeFeatures }, async ({ path }) => {
      const { default: supported } = await import(path);
      if (supported !== true) throw new Error(`${path} says ${supported} of this Node`);
      return { contents: 'module.exports = true;' };
    });
    onLoad({ filter: nestLoggers }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!formatter.test(text)) throw new Error(`${path} has no formatter of the kind that is known`);
      return { contents: text.replace(formatter, laterFormatter) };
    });
  },
};
