// The Graph client for JavaScript pages through a tenant and asks for parts of it.
import assert from 'node:assert/strict';
import test from 'node:test';

import { PageIterator } from '@microsoft/microsoft-graph-client';

import { clientId, credentialOf, graphAs, nobody, refusal } from './sandbox.mjs';

const graph = graphAs(credentialOf());
const eventual = (request) => request.header('ConsistencyLevel', 'eventual').count(true);

/** Every object of a collection, in pages of three. */
async function all(collection) {
  const first = await graph.api(collection).top(3).select('id,appId,displayName').get();
  assert.equal(first.value.length, 3);
  const found = [];
  await new PageIterator(graph, first, (object) => found.push(object)).iterate();
  assert.equal(new Set(found.map(({ id }) => id)).size, found.length);
  return found;
}

test('pages hold every service principal and every application once', async () => {
  for (const collection of ['/servicePrincipals', '/applications']) {
    const found = await all(collection);
    const { '@odata.count': count } = await eventual(graph.api(collection)).top(1).get();
    assert.equal(found.length, count);
    const plain = await graph.api(`${collection}/$count`).header('ConsistencyLevel', 'eventual').get();
    assert.equal(plain, String(count)); // text/plain, which this client hands on as it is
    assert.ok(found.some(({ appId }) => appId === clientId));
  }
});

test('a service principal without an application is listed too', async () => {
  const [sps, apps] = [await all('/servicePrincipals'), await all('/applications')];
  const names = (list) => list.map(({ displayName }) => displayName);
  assert.ok(names(sps).includes('Cloud Fax') && !names(apps).includes('Cloud Fax'));
});

test('$count is silently left out without its header', async () => {
  const page = await graph.api('/applications').count(true).top(1).get();
  assert.ok(!('@odata.count' in page));
});

test('names are found, whatever is in them', async () => {
  // This client encodes no ampersand by itself.
  const quoted = encodeURIComponent("O'Dowd & Søn Scheduler".replaceAll("'", "''"));
  const { value } = await graph.api('/applications').filter(`displayName eq '${quoted}'`).select('displayName,passwordCredentials').get();
  assert.deepEqual(value.map(({ displayName }) => displayName), ["O'Dowd & Søn Scheduler"]);
  const [password] = value[0].passwordCredentials;
  assert.equal(password.secretText, null);
  assert.equal(password.hint.length, 3);
  assert.deepEqual(Object.keys(value[0]).filter((name) => !name.startsWith('@')).sort(), ['displayName', 'passwordCredentials']);
});

test('an application is found by its application ID', async () => {
  const one = await graph.api(`/applications(appId='${clientId}')`).select('displayName').get();
  assert.equal(one.displayName, 'Roster Bridge');
  const { value } = await graph.api('/servicePrincipals').filter(`servicePrincipalNames/any(n:n eq '${clientId}')`).get();
  assert.equal(value[0].appId, clientId);
});

test('advanced queries need their header', async () => {
  const search = () => graph.api('/applications').search('"displayName:ledger"');
  assert.equal((await eventual(search()).get()).value[0].displayName, 'Ledger Export');
  assert.equal((await refusal(search().get())).code, 'Request_UnsupportedQuery');
  const differs = () => graph.api('/applications').filter("displayName ne 'Roster Bridge'");
  assert.ok((await eventual(differs()).get()).value.length > 3);
  assert.equal((await refusal(differs().get())).code, 'Request_UnsupportedQuery');
});

test('certificates come with their key only when selected', async () => {
  const filter = "displayName eq 'Badge Printer'";
  const whole = await graph.api('/applications').filter(filter).get();
  assert.equal(whole.value[0].keyCredentials[0].key, null);
  const selected = await graph.api('/applications').filter(filter).select('keyCredentials').get();
  assert.ok(Buffer.from(selected.value[0].keyCredentials[0].key, 'base64').length > 500);
});

test('refusals have the status and code of the service', async () => {
  for (const [path, status, code] of [
    ['/applications?$top=1000', 400, 'Request_UnsupportedQuery'],
    ['/applications?$top=0', 400, 'Request_UnsupportedQuery'],
    [`/applications/${nobody}`, 404, 'Request_ResourceNotFound'],
    [`/servicePrincipals(appId='${nobody}')`, 404, 'Request_ResourceNotFound'],
    ['/applications/not-an-id', 400, 'Request_BadRequest'],
    ["/applications?$filter=displayName eq 'it's'", 400, 'BadRequest'],
    ['/me', 400, 'BadRequest'],
    ['/auditLogs/signIns', 403, 'Authentication_MSGraphPermissionMissing'],
    ['/serviceprinciples', 400, 'BadRequest'],
  ]) {
    const error = await refusal(graph.api(path).get());
    assert.deepEqual([path, error.statusCode, error.code], [path, status, code]);
    assert.match(error.requestId, /^[0-9a-f-]{36}$/);
  }
});

test('a batch answers each part', async () => {
  const { responses } = await graph.api('/$batch').post({
    requests: [
      { id: 'app', method: 'GET', url: `/applications(appId='${clientId}')?$select=displayName` },
      { id: 'none', method: 'GET', url: `/servicePrincipals/${nobody}` },
    ],
  });
  const status = Object.fromEntries(responses.map((part) => [part.id, part.status]));
  assert.deepEqual(status, { app: 200, none: 404 });
});
