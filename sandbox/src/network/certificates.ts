// @peculiar/x509 requires this import before its own.
import 'reflect-metadata';
import { createPrivateKey, KeyObject, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { AsnConvert } from '@peculiar/asn1-schema';
import * as asn1 from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';
import type { TlsSettings } from './loopback-server.js';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY = 86_400_000;
const AUTHORITY_DAYS = 3650;
/** Browsers accept at most 398 days (CA/Browser Forum, ballot SC31). */
const SERVER_DAYS = 397;
/** The only names in certificates, so that a stolen key is useless for other sites. */
const PERMITTED = [{ dNSName: 'localhost' }, { iPAddress: '127.0.0.0/8' }, { iPAddress: '::1/128' }];

/** Limits the authority to names of this machine (RFC 5280, 4.2.1.10). */
export async function createAuthority(name: string): Promise<TlsSettings> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ keys, name: [{ CN: [name] }], signingAlgorithm: ALGORITHM, ...validity(AUTHORITY_DAYS) },
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.Extension(asn1.id_ce_nameConstraints, true, AsnConvert.serialize(nameConstraints())),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: certificate.toString('pem'), key: pemOf(keys.privateKey) };
}

/** The result's `cert` contains the chain, so clients can also use it as their list of authorities. */
export async function createServerCertificate(authority: TlsSettings, names: readonly string[]): Promise<TlsSettings> {
  const issuer = new x509.X509Certificate(authority.cert);
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ publicKey: keys.publicKey, subject: [{ CN: [names[0] ?? 'localhost'] }], issuer: issuer.subject },
    ...{ signingKey: await privateKeyOf(authority.key), signingAlgorithm: ALGORITHM, ...validity(SERVER_DAYS) },
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }))),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { cert: `${certificate.toString('pem')}\n${authority.cert}\n`, key: pemOf(keys.privateKey) };
}

function nameConstraints(): asn1.NameConstraints {
  const subtrees = PERMITTED.map((name) => new asn1.GeneralSubtree({ base: new asn1.GeneralName(name) }));
  return new asn1.NameConstraints({ permittedSubtrees: new asn1.GeneralSubtrees(subtrees) });
}

/** The validity begins a day early, for inexact clocks. */
function validity(days: number): { notBefore: Date; notAfter: Date } {
  const notBefore = new Date(Date.now() - DAY);
  return { notBefore, notAfter: new Date(notBefore.getTime() + days * DAY) };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function privateKeyOf(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']);
}

function pemOf(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}
