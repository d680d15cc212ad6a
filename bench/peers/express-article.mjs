// Code as in articles on Redirect with Actions: Express, jsonwebtoken with the secret as a string, a view engine.
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import express from 'express';
import jwt from 'jsonwebtoken';
import { answerTo, modelOf, pageHeaders, settings } from './settings.mjs';

const app = express();
app.set('view engine', 'hbs');
app.set('views', fileURLToPath(new URL('views', import.meta.url)));

app.get('/redirect', (request, response) => {
  const { state, session_token: token } = request.query;
  try {
    const claims = jwt.verify(token, settings.secret, { issuer: settings.issuer });
    const answer = jwt.sign(answerTo(claims, state), settings.secret);
    const nonce = randomBytes(16).toString('base64url');
    response.set(pageHeaders(nonce)).render('continue', modelOf(nonce, state, answer));
  } catch {
    response.status(401).send('Unauthorized');
  }
});

app.listen(settings.port, settings.host);
