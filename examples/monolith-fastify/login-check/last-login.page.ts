import type { Answer } from 'nestjs-auth-redirect';
import type { User } from '../users/users.service.js';
import type { LoginParameters } from './login-parameters.js';

/** Returns a custom page with its own headers. Its URL contains the token, so no `Referer` may leave it. */
export function lastLoginPage({ lastLogin }: User, { session_token: sessionToken, state }: LoginParameters): Answer {
  const text = lastLogin === undefined ? 'This is your first login.' : `Your last login was at ${lastLogin}.`;
  return {
    status: 200,
    headers: {
      'Cache-Control': 'no-store',
      'Content-Security-Policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
      'Content-Type': 'text/html; charset=utf-8',
      'Referrer-Policy': 'no-referrer',
    },
    body: `<!doctype html>
<html lang="en">
<title>Welcome back</title>
<h1>Welcome back</h1>
<p>${text}</p>
<form method="post" action="/login/check">
<input type="hidden" name="session_token" value="${escaped(sessionToken)}">
<input type="hidden" name="state" value="${escaped(state)}">
<button>Go on</button>
</form>
</html>`,
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
