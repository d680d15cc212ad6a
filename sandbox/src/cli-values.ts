import { SandboxError } from './sandbox-errors.js';
import { VENDOR_ALGORITHMS, type VendorAlgorithm } from './vendor/vendor-settings.js';

export function algorithmOf(value: string | undefined): VendorAlgorithm | undefined {
  if (value === undefined) return undefined;
  const algorithm = VENDOR_ALGORITHMS.find((name) => name === value);
  if (!algorithm) throw usage(`--vendor-alg has to be one of ${VENDOR_ALGORITHMS.join(', ')}; got "${value}".`);
  return algorithm;
}

export function languagesOf(value: string | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  const languages = value.split(',').map((language) => language.trim());
  const wrong = languages.find((language) => !/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(language));
  if (wrong !== undefined) throw usage(`--languages has to be a list such as en,fr-FR; got "${value}".`);
  return languages;
}

export function portOf(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535)
    throw usage(`${option} has to be a number from 0 to 65535; got "${value}".`);
  return port;
}

export function hostnameOf(option: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(value)) {
    throw usage(`${option} has to be a host name without scheme and port; got "${value}".`);
  }
  return value.toLowerCase();
}

export function usage(message: string): SandboxError {
  return new SandboxError('usage', `${message} See --help.`);
}
