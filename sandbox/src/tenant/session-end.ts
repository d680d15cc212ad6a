import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { SandboxSession, Sessions } from '../logins/sessions.js';

/** oidc-provider needs a session until its login has ended. So expired and revoked sessions end at the next authorize request. */
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

/** Sets the cookie lifetime that an Action selected. */
export function applyCookieMode(ctx: KoaContextWithOIDC, session: SandboxSession | undefined): void {
  if (ctx.oidc.session && session) ctx.oidc.session.transient = session.cookieMode === 'non-persistent';
}
