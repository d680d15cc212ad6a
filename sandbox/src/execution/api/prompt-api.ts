import { isRecord, toJson } from '../../json.js';
import type { ApiMethods } from '../recorder.js';

/** Auth0: Render Forms using Actions, "Restrictions and limitations". */
const FIELDS_BYTES = 24 * 1024;

/** A page of the tenant replaces the form. */
export const promptApi = (): ApiMethods => {
  let forms = 0;
  return {
    'prompt.render': ([id, options], notes) => {
      if (typeof id !== 'string' || id === '') throw new TypeError('render: the prompt ID must be a non-empty string.');
      const { fields = {}, vars = {} } = isRecord(options) ? options : {};
      if (!isRecord(fields) || !isRecord(vars)) throw new TypeError('render: fields and vars must be objects.');
      const bytes = Buffer.byteLength(JSON.stringify(toJson(fields)));
      forms += 1;
      if (bytes > FIELDS_BYTES) notes.hint = `The fields have ${bytes} bytes; Auth0's limit is ${FIELDS_BYTES} bytes.`;
      if (forms > 1) notes.hint = 'An Action can render one form. The last one counts here.';
    },
  };
};
