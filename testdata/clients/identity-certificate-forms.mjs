// What Azure Identity for JavaScript makes of the forms that a PEM file may have:
// spcheck warns of those that it does not take.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { ClientCertificateCredential } from '@azure/identity';

import { assertAppOnly, clientId, own, refusal, scope, tenant } from './sandbox.mjs';

const usual = readFileSync(process.env.AZURE_CLIENT_CERTIFICATE_PATH, 'utf8');
const authority = readFileSync(process.env.SSL_CERT_FILE, 'utf8');
const signIn = (certificate) => new ClientCertificateCredential(tenant, clientId, { certificate }, own).getToken(scope);

for (const [name, certificate] of Object.entries({
  'the line breaks of Windows': usual.replaceAll('\n', '\r\n'),
  'a byte order mark': '\ufeff' + usual,
  'a chain, the leaf first': usual + authority,
})) {
  test(`${name} signs in`, async () => assertAppOnly((await signIn(certificate)).token, '2'));
}

for (const [name, certificate, why] of [
  ['blanks at the ends of lines', usual.replaceAll('\n', ' \n'), /does not contain a PEM-encoded certificate/],
  ['empty lines', usual.replaceAll('\n', '\n\n'), /PEM-encoded certificate|asymmetric key/],
  ['a chain, the leaf last', authority + usual, /AADSTS700027/],
]) {
  test(`${name} is refused`, async () => assert.match((await refusal(signIn(certificate))).message, why));
}
