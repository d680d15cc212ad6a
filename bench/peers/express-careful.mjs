// Careful code with Express and jsonwebtoken: a KeyObject, a fixed algorithm, a view that is compiled once, no extras.
import { createSecretKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import express from 'express';
import Handlebars from 'handlebars';
import jwt from 'jsonwebtoken';
import { answerTo, modelOf, pageHeaders, settings } from './settings.mjs';

const key = createSecretKey(settings.secret, 'utf8');
const render = Handlebars.compile(readFileSync(new URL('views/continue.hbs', import.meta.url), 'utf8'));
const app = express();
app.disable('x-powered-by');
app.disable('etag');

app.get('/redirect', (request, response) => {
  const { state, session_token: token } = request.query;
  try {
    if (typeof state !== 'string') throw new TypeError('state is not one text');
    const claims = jwt.verify(token, key, { algorithms: ['HS256'], issuer: settings.issuer });
    const answer = jwt.sign(answerTo(claims, state), key, { algorithm: 'HS256' });
    const nonce = randomBytes(16).toString('base64url');
    const body = render(modelOf(nonce, state, answer));
    response.writeHead(200, { ...pageHeaders(nonce), 'Content-Length': Buffer.byteLength(body) }).end(body);
  } catch {
    response.status(401).end();
  }
});

app.listen(settings.port, settings.host);
