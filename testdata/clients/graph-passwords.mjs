// The Graph client for JavaScript adds a secret, signs in with it once it has
// taken effect, and removes it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';

import { assertAppOnly, clientId, credentialOf, graphAs, nobody, refusal, scope } from './sandbox.mjs';

const graph = graphAs(credentialOf());
const signIn = (value) => credentialOf(clientId, value).getToken(scope);

/** Signs in until it works, as clients have to after a change. */
async function untilItWorks(value) {
  let refused = 0;
  for (const end = Date.now() + 60_000; Date.now() < end; refused += 1) {
    try {
      return { token: (await signIn(value)).token, refused };
    } catch (error) {
      assert.match(error.message, /AADSTS7000215/);
      await wait(250);
    }
  }
  return assert.fail('the new secret never took effect');
}

for (const kind of ['applications', 'servicePrincipals']) {
  test(`a secret on ${kind} lives and dies`, async () => {
    const object = `/${kind}(appId='${clientId}')`;
    const ids = async () => (await graph.api(object).get()).passwordCredentials.map(({ keyId }) => keyId);
    const before = await ids();
    const added = await graph.api(`${object}/addPassword`).post({ passwordCredential: { displayName: 'by a client' } });
    assert.equal(added.hint, added.secretText.slice(0, 3));
    assert.match(added.secretText, /^[\w~.-]{3}8Q~[\w~.-]{31,34}$/);
    assert.deepEqual((await ids()).sort(), [...before, added.keyId].sort());

    const { token, refused } = await untilItWorks(added.secretText);
    assertAppOnly(token, '1');
    assert.ok(refused > 0, 'a new secret takes effect late');

    await graph.api(`${object}/removePassword`).post({ keyId: added.keyId });
    assert.deepEqual(await ids(), before);
    assert.match((await refusal(signIn(added.secretText))).message, /AADSTS7000215/);
    const gone = await refusal(graph.api(`${object}/removePassword`).post({ keyId: added.keyId }));
    assert.deepEqual([gone.statusCode, gone.code], [400, 'Request_BadRequest']);
  });
}

test('passwords are not changed by PATCH', async () => {
  const error = await refusal(graph.api(`/applications(appId='${clientId}')`).patch({ passwordCredentials: [{ displayName: 'mine' }] }));
  assert.equal(error.message, 'New password credentials must be generated with service actions.');
});

test('nothing is added to what does not exist', async () => {
  const error = await refusal(graph.api(`/applications/${nobody}/addPassword`).post({}));
  assert.deepEqual([error.statusCode, error.code], [404, 'Request_ResourceNotFound']);
});
