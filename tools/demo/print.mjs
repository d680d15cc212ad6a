const SHOWN_VALUE = 24;
const TOLD = ['client_id', 'state', 'session_token', 'code', 'error', 'error_description'];
const STYLE = process.stdout.isTTY && !process.env.NO_COLOR;

const bold = (text) => (STYLE ? `\u001B[1m${text}\u001B[22m` : text);
const dim = (text) => (STYLE ? `\u001B[2m${text}\u001B[22m` : text);
const print = (text = '') => process.stdout.write(`${text}\n`);

/** Tokens, states and codes are long, and nobody's business in a scrollback. */
const shorten = (value) => (value.length > SHOWN_VALUE ? `${value.slice(0, 8)}…` : value);

function shortUrl(address) {
  const { origin, pathname, searchParams } = new URL(address);
  const told = [...searchParams].filter(([name]) => TOLD.includes(name));
  const query = told.map(([name, value]) => `${name}=${shorten(value)}`);
  if (told.length < searchParams.size) query.push('…');
  return `${origin}${pathname.split('/').map(shorten).join('/')}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

export function printHop({ method, url, fields, status }, index) {
  const sent = fields ? dim(`  (${Object.keys(fields).join(', ')})`) : '';
  print(`${String(index).padStart(3)}  ${method.padEnd(4)} ${status}  ${shortUrl(url)}${sent}`);
}

export function printClaims(title, claims) {
  print(`\n${bold(title)}`);
  print(JSON.stringify(claims, (_name, value) => (typeof value === 'string' ? shortClaim(value) : value), 2));
}

/** A state has some 150 characters, of which nobody reads more than the first. */
const shortClaim = (value) => (value.length > 60 ? `${value.slice(0, 16)}…` : value);

export function printHeading(text) {
  print(`\n${bold(text)}`);
}

export function printInvitation({ app, transactions, actionFile }) {
  print(`
${bold('A whole login, on this machine')}

  Open            ${bold(app)}

  You will see    the sample app: choose “Log in”
                  the tenant's login page: any address, any password
                  the redirect service's page, for a moment
                  the app again, with the claims that the Action has set

  What happened   ${transactions}
  The Action      ${actionFile} ${dim('(edit it, and log in again)')}
  Stop            Ctrl-C
`);
}
