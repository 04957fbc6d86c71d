// MSAL for Node: an application's secret, right and wrong, and a person by device
// code.
import assert from 'node:assert/strict';
import test from 'node:test';

import { ConfidentialClientApplication, PublicClientApplication } from '@azure/msal-node';

import { assertAppOnly, authority, claims, clientId, nobody, refusal, scope, secret, tenant } from './sandbox.mjs';

/** Azure CLI's own application, which every tenant lets people sign in with. */
const azureCLI = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';

const knownAuthorities = [new URL(authority).host];
const sayNothing = { system: { loggerOptions: { loggerCallback: () => {} } } };

const appWith = (clientSecret, id = clientId) => new ConfidentialClientApplication({
  ...sayNothing, auth: { clientId: id, clientSecret, authority: `${authority}/${tenant}`, knownAuthorities },
});

test('a secret signs in, and the second token comes from the cache', async () => {
  const app = appWith(secret);
  const first = await app.acquireTokenByClientCredential({ scopes: [scope] });
  assertAppOnly(first.accessToken, '1');
  const second = await app.acquireTokenByClientCredential({ scopes: [scope] });
  assert.deepEqual([first.fromCache, second.fromCache, second.accessToken], [false, true, first.accessToken]);
});

test('refusals keep their code', async () => {
  for (const [app, errorCode, errorNo] of [
    [appWith(`${secret}x`), 'invalid_client', 7000215],
    [appWith(secret, nobody), 'unauthorized_client', 700016],
  ]) {
    const error = await refusal(app.acquireTokenByClientCredential({ scopes: [scope] }));
    assert.deepEqual([error.errorCode, error.errorNo], [errorCode, errorNo]);
    assert.match(error.errorMessage, new RegExp(`AADSTS${errorNo}.*Trace ID`));
    assert.ok(!error.errorMessage.includes(secret));
  }
});

test('a person signs in by device code', async () => {
  const app = new PublicClientApplication({ ...sayNothing, auth: { clientId: azureCLI, authority: `${authority}/${tenant}`, knownAuthorities } });
  let shown;
  const result = await app.acquireTokenByDeviceCode({ scopes: ['https://graph.microsoft.com/Application.Read.All'], deviceCodeCallback: (code) => { shown = code; } });
  assert.ok(shown.message.includes(shown.userCode));
  assert.equal(claims(result.accessToken).idtyp, 'user');
  assert.equal(result.account.tenantId, tenant);

  const again = await app.acquireTokenSilent({ account: result.account, scopes: [scope], forceRefresh: true });
  assert.equal(claims(again.accessToken).upn, result.account.username);
});
