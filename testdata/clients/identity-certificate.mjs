// Azure Identity for JavaScript with a certificate: the file that the sandbox
// names in the environment, and a foreign one.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

import { ClientCertificateCredential, EnvironmentCredential } from '@azure/identity';

import { assertAppOnly, clientId, own, refusal, scope, tenant } from './sandbox.mjs';

const path = process.env.AZURE_CLIENT_CERTIFICATE_PATH;

test('a certificate signs in', async () => {
  const { token } = await new ClientCertificateCredential(tenant, clientId, path, own).getToken(scope);
  assertAppOnly(token, '2');
});

test('so does its text', async () => {
  const certificate = readFileSync(path, 'utf8');
  const { token } = await new ClientCertificateCredential(tenant, clientId, { certificate }, own).getToken(scope);
  assertAppOnly(token, '2');
});

test('the environment alone is enough', async () => {
  const { token } = await new EnvironmentCredential({ disableInstanceDiscovery: true }).getToken(scope);
  assertAppOnly(token, '2');
});

test('a certificate that nobody registered is refused', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'spcheck-client-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const foreign = join(folder, 'foreign.pem');
  try {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=foreign', '-keyout', foreign, '-out', join(folder, 'certificate.pem')], { stdio: 'ignore' });
  } catch {
    return t.skip('openssl makes no certificate here');
  }
  const certificate = readFileSync(foreign, 'utf8') + readFileSync(join(folder, 'certificate.pem'), 'utf8');
  const error = await refusal(new ClientCertificateCredential(tenant, clientId, { certificate }, own).getToken(scope));
  assert.match(error.message, /invalid_client.*AADSTS700027/);
});
