// Azure Identity and MSAL for Node with a secret that has ended.
import assert from 'node:assert/strict';
import test from 'node:test';

import { ConfidentialClientApplication } from '@azure/msal-node';

import { authority, clientId, credentialOf, refusal, scope, secret, tenant } from './sandbox.mjs';

test('Azure Identity says that the secret has ended', async () => {
  const error = await refusal(credentialOf().getToken(scope));
  assert.match(error.message, /AADSTS7000222/);
  assert.ok(error.message.includes(clientId));
});

test('MSAL has the code as a number', async () => {
  const app = new ConfidentialClientApplication({
    auth: { clientId, clientSecret: secret, authority: `${authority}/${tenant}`, knownAuthorities: [new URL(authority).host] },
  });
  const error = await refusal(app.acquireTokenByClientCredential({ scopes: [scope] }));
  assert.equal(error.errorCode, 'invalid_client');
  assert.equal(error.errorNo, 7000222);
});
