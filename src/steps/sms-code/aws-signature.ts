import type { HttpClientRequest } from '../../http-client/index.js';
import type { Values } from './template.js';

/**
 * Signs a request with AWS Signature Version 4.
 *
 * @param secrets `accessKeyId`, `secretAccessKey`, and `sessionToken` for temporary credentials.
 * @returns The request with the headers of the signature.
 */
export async function signForAws(
  request: HttpClientRequest,
  scope: { readonly service: string; readonly region: string },
  { accessKeyId = '', secretAccessKey = '', sessionToken }: Values,
  date: Date,
): Promise<HttpClientRequest> {
  // Optional peer dependencies.
  const [{ SignatureV4 }, { Sha256 }] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@aws-crypto/sha256-js'),
  ]);
  const { protocol, hostname, port, host, pathname } = new URL(request.url);
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  const { headers } = await new SignatureV4({ ...scope, credentials, sha256: Sha256 }).sign(
    {
      method: request.method,
      protocol,
      hostname,
      ...(port !== '' && { port: Number(port) }),
      path: pathname,
      headers: { ...request.headers, host },
      body: request.body,
    },
    { signingDate: date },
  );
  return { ...request, headers };
}
