import type { Json } from '../json.js';

/** Values that a setter accepts, and Auth0's default. */
export interface SamlSetting {
  readonly type: 'string' | 'boolean' | 'number' | 'array';
  readonly values?: readonly string[];
  /** Maximum size in bytes (Auth0: Actions Limitations, "SAML configuration"). */
  readonly most?: number;
  /** Maximum number of items in an array. */
  readonly items?: number;
  readonly initial?: Json;
}

const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';

/** The setter of `audience` is `setAudience`. */
export const SAML_SETTINGS: Readonly<Record<string, SamlSetting>> = {
  audience: { type: 'string', most: 2048 },
  recipient: { type: 'string', most: 2048 },
  destination: { type: 'string', most: 2048 },
  issuer: { type: 'string' },
  relayState: { type: 'string' },
  createUpnClaim: { type: 'boolean', initial: true },
  passthroughClaimsWithNoMapping: { type: 'boolean', initial: true },
  mapUnknownClaimsAsIs: { type: 'boolean', initial: false },
  mapIdentities: { type: 'boolean', initial: true },
  signatureAlgorithm: { type: 'string', values: ['rsa-sha256', 'rsa-sha1'], initial: 'rsa-sha256' },
  digestAlgorithm: { type: 'string', values: ['sha256', 'sha1'], initial: 'sha256' },
  lifetimeInSeconds: { type: 'number', initial: 3600 },
  signResponse: { type: 'boolean', initial: false },
  nameIdentifierFormat: {
    ...{ type: 'string', most: 512, initial: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified' },
  },
  nameIdentifierProbes: {
    ...{ type: 'array', most: 512, items: 10 },
    initial: [`${CLAIMS}/nameidentifier`, `${CLAIMS}/emailaddress`, `${CLAIMS}/name`],
  },
  authnContextClassRef: {
    ...{ type: 'string', most: 512, initial: 'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified' },
  },
  includeAttributeNameFormat: { type: 'boolean', initial: true },
  typedAttributes: { type: 'boolean', initial: true },
  encryptionAlgorithm: { type: 'string', values: ['aes256-gcm', 'aes256-cbc'], initial: 'aes256-cbc' },
  signingCert: { type: 'string', most: 4096 },
  encryptionCert: { type: 'string', most: 4096 },
  encryptionPublicKey: { type: 'string', most: 4096 },
  cert: { type: 'string', most: 4096 },
  key: { type: 'string', most: 4096 },
};
