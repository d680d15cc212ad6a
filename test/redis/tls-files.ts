import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key and a self-signed certificate, in files of a temporary folder. */
export class TlsFiles {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tls-'));
  readonly certificate = join(this.#folder, 'cert.pem');
  readonly key = join(this.#folder, 'key.pem');

  /** @param hosts Names in the certificate. */
  constructor(hosts: readonly string[] = ['localhost']) {
    const words = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    const sans = hosts.map((host) => `DNS:${host}`).join(',');
    const names = ['-subj', `/CN=${hosts[0]}`, '-addext', `subjectAltName=${sans}`];
    const files = ['-keyout', this.key, '-out', this.certificate];
    execFileSync('openssl', ['req', ...words, ...names, ...files], { stdio: 'ignore' });
  }

  /** Settings of a Redis that uses these files and requires no client certificates. */
  get settings(): Readonly<Record<string, string>> {
    return {
      'tls-cert-file': this.certificate,
      'tls-key-file': this.key,
      'tls-ca-cert-file': this.certificate,
      'tls-auth-clients': 'no',
    };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
