import type { Provider } from 'oidc-provider';
import { unknownAddressPage } from '../pages/error-page.js';

/** oidc-provider runs last, so its 404 means that nothing serves the address. */
export function showUnknownAddresses(provider: Provider): void {
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.status !== 404 || ctx.body !== undefined || ctx.accepts('json', 'html') !== 'html') return;
    ctx.type = 'html';
    ctx.body = unknownAddressPage(ctx.path, 'Start page');
    ctx.status = 404;
  });
}
