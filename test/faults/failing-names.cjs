// For dns.mjs, Node loads this file before the service: names that end in .faults.localhost do not resolve until the
// file NAMES_RESOLVE exists. So no DNS request leaves this machine.
const dns = require('node:dns');
const { existsSync } = require('node:fs');

const { lookup } = dns;
dns.lookup = (name, ...rest) => {
  if (!name.endsWith('.faults.localhost')) return lookup(name, ...rest);
  if (existsSync(process.env.NAMES_RESOLVE)) return lookup('127.0.0.1', ...rest);
  const error = Object.assign(new Error(`getaddrinfo EAI_AGAIN ${name}`), {
    code: 'EAI_AGAIN',
    syscall: 'getaddrinfo',
  });
  return process.nextTick(rest.at(-1), error);
};
