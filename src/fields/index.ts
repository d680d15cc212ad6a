export { FieldChoice, type FieldChoices } from './choices.js';
export type { FieldCondition } from './conditions.js';
export { FieldOptions } from './field.options.js';
export type { FieldTypeName, FieldValue } from './field-types.js';
export { Fields, type FieldsForm, type FieldValues } from './fields.js';
