// Azure Identity for JavaScript with the token of a foreign issuer.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { ClientAssertionCredential, WorkloadIdentityCredential } from '@azure/identity';

import { assertAppOnly, clientId, own, refusal, scope, tenant } from './sandbox.mjs';

const path = process.env.AZURE_FEDERATED_TOKEN_FILE;

test('an assertion signs in', async () => {
  const getAssertion = async () => readFileSync(path, 'utf8').trim();
  const { token } = await new ClientAssertionCredential(tenant, clientId, getAssertion, own).getToken(scope);
  assertAppOnly(token, '2');
});

test('a workload signs in by its environment', async () => {
  const { token } = await new WorkloadIdentityCredential({ disableInstanceDiscovery: true }).getToken(scope);
  assertAppOnly(token, '2');
});

test('a changed assertion is refused', async () => {
  const [head, body, signature] = readFileSync(path, 'utf8').trim().split('.');
  const subject = { ...JSON.parse(Buffer.from(body, 'base64url')), sub: 'somebody else' };
  const forged = [head, Buffer.from(JSON.stringify(subject)).toString('base64url'), signature].join('.');
  const error = await refusal(new ClientAssertionCredential(tenant, clientId, async () => forged, own).getToken(scope));
  assert.match(error.message, /AADSTS/);
});

test('what is no JWT is refused', async () => {
  const error = await refusal(new ClientAssertionCredential(tenant, clientId, async () => 'no token', own).getToken(scope));
  assert.match(error.message, /AADSTS50027/);
});
