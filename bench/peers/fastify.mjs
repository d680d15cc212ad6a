// Fastify and fast-jwt, which are optimized for speed, with a view that is compiled once. fast-jwt's cache is off.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSigner, createVerifier } from 'fast-jwt';
import Fastify from 'fastify';
import Handlebars from 'handlebars';
import { answerTo, modelOf, pageHeaders, settings } from './settings.mjs';

const verify = createVerifier({ key: settings.secret, algorithms: ['HS256'], allowedIss: settings.issuer });
const sign = createSigner({ key: settings.secret, algorithm: 'HS256' });
const render = Handlebars.compile(readFileSync(new URL('views/continue.hbs', import.meta.url), 'utf8'));
const app = Fastify();

app.get('/redirect', (request, reply) => {
  const { state, session_token: token } = request.query;
  try {
    if (typeof state !== 'string') throw new TypeError('state is not one text');
    const answer = sign(answerTo(verify(token), state));
    const nonce = randomBytes(16).toString('base64url');
    reply.headers(pageHeaders(nonce)).send(render(modelOf(nonce, state, answer)));
  } catch {
    reply.code(401).send();
  }
});

await app.listen({ port: settings.port, host: settings.host });
