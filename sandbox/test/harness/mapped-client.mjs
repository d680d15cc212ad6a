// Installs a URL map in a worker thread, and sends the requests of its parent.
import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { parentPort, workerData } from 'node:worker_threads';

const { dist, pairs, authority } = workerData;
const { installMap } = await import(`${dist}/network/install-map.js`);
const { UrlMap } = await import(`${dist}/network/url-map.js`);
installMap(UrlMap.parse(pairs), authority);

const CLIENTS = {
  fetch: async (url) => {
    const response = await fetch(
      new Request(url, { method: 'POST', body: 'hello', headers: new Headers({ 'x-by': 'fetch' }) }),
    );
    return { status: response.status, url: response.url, body: await response.text() };
  },
  request: (url, agent) =>
    new Promise((resolve, reject) => {
      const { request } = url.startsWith('https:') ? https : http;
      const sent = request(url, { method: 'POST', ...(agent === undefined ? {} : { agent }) }, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
      });
      sent.once('error', reject).end('hello');
    }),
  ownAgent: (url) => {
    const { Agent } = url.startsWith('https:') ? https : http;
    return CLIENTS.request(url, new Agent({ keepAlive: true }));
  },
  noAgent: (url) => CLIENTS.request(url, false),
};

parentPort.on('message', ({ client, url }) => {
  CLIENTS[client](url).then(
    (answer) => parentPort.postMessage(answer),
    (error) => parentPort.postMessage({ error: error.cause?.code ?? error.code ?? error.message }),
  );
});
