// Azure Identity for JavaScript with a client secret, right and wrong.
import assert from 'node:assert/strict';
import test from 'node:test';

import { AzureAuthorityHosts, ClientSecretCredential, DefaultAzureCredential, EnvironmentCredential } from '@azure/identity';

import { assertAppOnly, clientId, credentialOf, nobody, own, refusal, scope, secret, tenant } from './sandbox.mjs';

test('a secret signs in', async () => {
  const { token, expiresOnTimestamp } = await credentialOf().getToken(scope);
  assertAppOnly(token, '1');
  assert.ok(expiresOnTimestamp > Date.now());
});

test('the environment alone is enough', async () => {
  for (const Credential of [EnvironmentCredential, DefaultAzureCredential]) {
    const { token } = await new Credential({ disableInstanceDiscovery: true }).getToken(scope);
    assertAppOnly(token, '1');
  }
});

test('a domain name stands for the tenant', async () => {
  const { token } = await new ClientSecretCredential('larkfield.example', clientId, secret, own).getToken(scope);
  assertAppOnly(token, '1');
});

test('the public cloud as built in, through the proxy', { skip: !process.env.HTTPS_PROXY && 'no proxy' }, async () => {
  const options = { authorityHost: AzureAuthorityHosts.AzurePublicCloud };
  const { token } = await new ClientSecretCredential(tenant, clientId, secret, options).getToken(scope);
  assertAppOnly(token, '1');
});

test('a wrong secret is refused', async () => {
  const error = await refusal(credentialOf(clientId, `${secret}x`).getToken(scope));
  assert.match(error.message, /invalid_client.*AADSTS7000215/);
});

test('an unknown application is refused', async () => {
  const error = await refusal(credentialOf(nobody).getToken(scope));
  assert.match(error.message, /unauthorized_client.*AADSTS700016/);
});

test('an unknown tenant fails at discovery', async () => {
  const error = await refusal(new ClientSecretCredential(nobody, clientId, secret, own).getToken(scope));
  assert.match(error.message, /endpoints_resolution_error/);
});

test('a scope without .default is refused', async () => {
  const error = await refusal(credentialOf().getToken('https://graph.microsoft.com/User.Read'));
  assert.match(error.message, /invalid_scope.*AADSTS1002012/);
});
