// The Graph client for JavaScript as an application that may read, and no more.
import assert from 'node:assert/strict';
import test from 'node:test';

import { clientId, credentialOf, graphAs, refusal } from './sandbox.mjs';

const { SPCHECK_READER_CLIENT_ID: readerId, SPCHECK_READER_CLIENT_SECRET: readerSecret } = process.env;

test('the reader reads, and changes nothing', async () => {
  const graph = graphAs(credentialOf(readerId, readerSecret));
  const object = `/applications(appId='${clientId}')`;
  assert.equal((await graph.api(object).get()).appId, clientId);
  const error = await refusal(graph.api(`${object}/addPassword`).post({}));
  assert.deepEqual([error.statusCode, error.code], [403, 'Authorization_RequestDenied']);
});
