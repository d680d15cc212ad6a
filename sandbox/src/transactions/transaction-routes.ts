import { Router } from 'express';
import { notFoundPage } from '../pages/error-page.js';
import { sendPage } from '../pages/page-headers.js';
import { fixtureOf } from './fixture.js';
import { transactionPage } from './transaction-page.js';
import { transactionsPage } from './transactions-page.js';
import type { TransactionLog } from './transaction-log.js';

/** Serves people and scripts. */
export function transactionRoutes(log: TransactionLog): Router {
  const routes = Router();
  routes.get('/transactions', (_request, response) => sendPage(response, transactionsPage(log.list())));
  routes.get('/transactions.json', (_request, response) => void response.json({ transactions: log.list() }));
  routes.get('/transactions/:id.fixture.json', (request, response) => {
    const record = log.find(request.params.id);
    if (record) response.attachment(`${record.id}.fixture.json`).json(fixtureOf(record));
    else response.status(404).json({ error: 'not_found' });
  });
  routes.get('/transactions/:id.json', (request, response) => {
    const record = log.find(request.params.id);
    if (record) response.json(record);
    else response.status(404).json({ error: 'not_found' });
  });
  routes.get('/transactions/:id', (request, response) => {
    const record = log.find(request.params.id);
    if (record) sendPage(response, transactionPage(record));
    else sendPage(response, notFoundPage(), 404);
  });
  return routes;
}
