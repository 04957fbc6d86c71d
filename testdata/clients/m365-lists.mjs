// CLI for Microsoft 365 reads a tenant and adds a password. Its commands run in this
// one process, by its own interface for programs: each start of it takes two seconds.
import assert from 'node:assert/strict';
import test from 'node:test';

import { executeCommand } from '@pnp/cli-microsoft365';

import { clientId, nobody, secret, tenant } from './sandbox.mjs';

const graph = 'https://graph.microsoft.com/v1.0';

/** What a command prints, parsed. */
async function m365(command, options = {}) {
  const { stdout } = await executeCommand(command, { output: 'json', ...options });
  return stdout ? JSON.parse(stdout) : undefined;
}

/** Holds that a command fails, and says why. */
const refuse = (why, command, options) => assert.rejects(m365(command, options), ({ error }) => {
  assert.match(String(error?.message ?? error), why);
  return true;
});

test('lists, looks up and adds', async (t) => {
  await m365('login', { authType: 'secret', appId: clientId, secret, tenant });

  await t.test('counts', async () => {
    assert.equal((await m365('entra app list')).length, 7);
    assert.equal((await m365('entra enterpriseapp list')).length, 9);
  });
  await t.test('looks up', async () => {
    assert.equal((await m365('entra app get', { appId: clientId })).displayName, 'Roster Bridge');
    const name = "O'Dowd & Søn Scheduler";
    assert.equal((await m365('entra app get', { name })).displayName, name);
    assert.equal((await m365('entra enterpriseapp get', { displayName: 'Ledger Export' })).passwordCredentials.length, 1);
    assert.equal((await m365('entra enterpriseapp list', { displayName: 'Cloud Fax' }))[0].displayName, 'Cloud Fax');
  });
  await t.test('is refused', async () => {
    await refuse(/does not exist/, 'entra enterpriseapp get', { id: nobody });
    await refuse(/status code 400/, 'request', { method: 'get', url: `${graph}/applications?$top=1000` });
    await refuse(/status code 404/, 'request', { method: 'get', url: `${graph}/applications/${nobody}` });
  });
  await t.test('adds', async () => {
    const added = await m365('request', { method: 'post', url: `${graph}/applications(appId='${clientId}')/addPassword`,
      'content-type': 'application/json', body: '{"passwordCredential":{"displayName":"by m365"}}' });
    assert.equal(added.displayName, 'by m365');
  });
});
