import type { Type } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { isNotEmpty, IsOptional } from 'class-validator';
import { FIELD_TYPES, rule, type ProfileField, type ProfileValue } from './field-types.js';

/**
 * Holds the posted form of {@link ProfileStep}: values by field name, only for fields of the configuration.
 *
 * @publicApi
 */
export type ProfileForm = { readonly [field: string]: ProfileValue | undefined };

/** Returns a new class, so that two profiles in one application do not share their rules. */
export function profileForm(fields: readonly ProfileField[]): Type<ProfileForm> {
  class ConfiguredProfileForm {
    readonly [field: string]: ProfileValue | undefined;
  }
  for (const field of fields) {
    for (const decorate of decoratorsOf(field)) decorate(ConfiguredProfileForm.prototype, field.name);
  }
  return ConfiguredProfileForm;
}

function decoratorsOf(field: ProfileField): readonly PropertyDecorator[] {
  const { parse, missing = 'form.required', rules } = FIELD_TYPES[field.type];
  return [
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? parse(value) : value)),
    field.required ? rule(missing, isNotEmpty) : IsOptional(),
    ...rules(field),
  ];
}
