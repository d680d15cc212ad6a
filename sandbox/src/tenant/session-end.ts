import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { SandboxSession, Sessions } from '../logins/sessions.js';

/**
 * Ends sessions that have expired or were revoked, before an authorize request could use them. oidc-provider needs a
 * session to stay while its login goes on, so no session ends earlier than with the next authorize request.
 */
export function endSessionsInTime(provider: Provider, sessions: Sessions): void {
  provider.use(async (ctx, next) => {
    if (ctx.path === '/authorize') {
      const session = await provider.Session.get(ctx);
      if (sessions.isOver(session.uid)) {
        sessions.end(session.uid);
        await session.destroy();
      }
    }
    await next();
  });
}

/** Gives the session's cookie the lifetime that an Action chose. */
export function applyCookieMode(ctx: KoaContextWithOIDC, session: SandboxSession | undefined): void {
  if (ctx.oidc.session && session) ctx.oidc.session.transient = session.cookieMode === 'non-persistent';
}
