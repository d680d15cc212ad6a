import type { Provider } from 'oidc-provider';
import { unknownAddressPage } from '../pages/error-page.js';

/** Sends a page for addresses that neither the sandbox nor oidc-provider, which comes last, serves. */
export function showUnknownAddresses(provider: Provider): void {
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.status !== 404 || ctx.body !== undefined || ctx.accepts('json', 'html') !== 'html') return;
    ctx.type = 'html';
    ctx.body = unknownAddressPage(ctx.path, 'Start page');
    ctx.status = 404;
  });
}
