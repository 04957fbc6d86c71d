// What the scripts share: the sandbox's settings, and a Graph client that knows
// them. Everything is read from the environment that spcheck sandbox makes.
import assert from 'node:assert/strict';

import { ClientSecretCredential } from '@azure/identity';
import { Client } from '@microsoft/microsoft-graph-client';
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js';

const { env } = process;

export const tenant = env.AZURE_TENANT_ID;
export const clientId = env.AZURE_CLIENT_ID;
export const secret = env.AZURE_CLIENT_SECRET;
export const authority = env.AZURE_AUTHORITY_HOST;
export const scope = 'https://graph.microsoft.com/.default';

/** A well-formed ID that nothing in the sandbox has. */
export const nobody = '0e5b7a16-93c4-4d2f-8f1b-c64a2d7e9035';

/** Without this the library asks login.microsoftonline.com about the authority. */
export const own = { authorityHost: authority, disableInstanceDiscovery: true };

/** Credential of the configured application, or of another one. */
export const credentialOf = (id = clientId, value = secret) => new ClientSecretCredential(tenant, id, value, own);

/** A Graph client at the sandbox's address. */
export function graphAs(credential) {
  const origin = env.SPCHECK_GRAPH_ENDPOINT;
  return Client.initWithMiddleware({
    authProvider: new TokenCredentialAuthenticationProvider(credential, { scopes: [scope] }),
    baseUrl: `${origin}/`,
    customHosts: new Set([new URL(origin).hostname]),
  });
}

/** The claims of a token, which is never printed. */
export const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());

/** Holds that a token is an application's own, for Microsoft Graph. */
export function assertAppOnly(token, appidacr) {
  const { aud, appid, tid, idtyp, appidacr: how } = claims(token);
  assert.deepEqual({ aud, appid, tid, idtyp, appidacr: how },
    { aud: 'https://graph.microsoft.com', appid: clientId, tid: tenant, idtyp: 'app', appidacr });
}

/** Resolves to what the promise is rejected with. */
export async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return assert.fail('it was not refused');
}
