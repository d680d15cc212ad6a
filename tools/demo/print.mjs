const SHOWN_PARAMETERS = ['client_id', 'state', 'session_token', 'code', 'error', 'error_description'];
const hasStyle = process.stdout.isTTY && !process.env.NO_COLOR;

const bold = (text) => (hasStyle ? `\u001B[1m${text}\u001B[22m` : text);
const dim = (text) => (hasStyle ? `\u001B[2m${text}\u001B[22m` : text);
const print = (text) => process.stdout.write(`${text}\n`);

export const printHeading = (text) => print(`\n${bold(text)}`);

export function printRequest({ method, url, fields, status }, index) {
  const sent = fields ? dim(`  (${Object.keys(fields).join(', ')})`) : '';
  print(`${String(index).padStart(3)}  ${method.padEnd(4)} ${status}  ${shortUrl(url)}${sent}`);
}

/** Shortens secret and long parameters, and omits others. */
function shortUrl(url) {
  const { origin, pathname, searchParams } = new URL(url);
  const shown = [...searchParams].filter(([name]) => SHOWN_PARAMETERS.includes(name));
  const query = shown.map(([name, value]) => `${name}=${shorten(value, 24, 8)}`);
  if (shown.length < searchParams.size) query.push('…');
  const path = pathname.split('/').map((part) => shorten(part, 24, 8));
  return `${origin}${path.join('/')}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

export function printClaims(title, claims) {
  printHeading(title);
  print(JSON.stringify(claims, (_name, value) => (typeof value === 'string' ? shorten(value, 60, 16) : value), 2));
}

function shorten(text, maxLength, shownLength) {
  return text.length > maxLength ? `${text.slice(0, shownLength)}…` : text;
}

export function printInvitation({ app, tenant, action, isBare, seconds }) {
  const steps = isBare ? '' : `the service's pages: accept the terms, and enter your name\n                  `;
  const again = isBare
    ? 'edit it, and log in again'
    : 'edit it, and log in with another address: each user gets it once';
  printHeading('A whole login, on this machine');
  print(`
  Open            ${bold(`${app}/`)}

  You will see    the sample app: choose “Log in”
                  the tenant's login page: any address, any password
                  ${steps}the service's continue page, for ${seconds} seconds ${dim('(in production: an instant)')}
                  the app again, with the claims that the Action has set

  All logins      ${tenant}/transactions
  The Action      ${action} ${dim(`(${again})`)}
  Stop            Ctrl-C
`);
}

export const printLogin = (url) => print(`  A login began   ${bold(url)}`);
