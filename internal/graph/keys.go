package graph

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	abs "github.com/microsoft/kiota-abstractions-go"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
)

// NewKey is a certificate to add: the public part, in DER.
type NewKey struct {
	KeyID, DisplayName string
	Certificate        []byte
	Start, End         time.Time
}

// KeyList is the list of an object's certificates at one moment.
type KeyList struct {
	Keys []objects.Credential
	// sent are the elements as Graph sent them. A PATCH of keyCredentials replaces the
	// whole collection. It must repeat everything that is to stay, as it was read, with
	// the key left out or null, as Azure CLI and Terraform do.
	sent []wire.Item
}

// Keys reads the certificates of an object in order to change them. storedOn is
// objects.OnApplication or objects.OnServicePrincipal.
func (c *Client) Keys(ctx context.Context, storedOn, objectID string) (KeyList, error) {
	o, err := c.get(ctx, c.object(storedOn, objectID), nil)
	if err != nil {
		return KeyList{}, need(err, NeedApplications)
	}
	items, whole := wire.Keys(o)
	if !whole {
		return KeyList{}, c.incomplete()
	}
	all, _ := wire.Credentials(o, storedOn)
	keys := slices.DeleteFunc(all, func(k objects.Credential) bool { return k.Kind != objects.Certificate })
	if err := c.addThumbprints(ctx, storedOn, objectID, keys); err != nil {
		return KeyList{}, need(err, NeedApplications)
	}
	return KeyList{Keys: keys, sent: items}, nil
}

// PutKey adds a certificate to the list with a PATCH that repeats all others. Graph
// offers no conditional update: a certificate that somebody else added since the list
// was read is lost. The list must therefore be read immediately before. For errors see
// AddPassword.
func (c *Client) PutKey(ctx context.Context, storedOn, objectID string, list KeyList, k NewKey) error {
	fresh := map[string]any{
		"type": "AsymmetricX509Cert", "usage": "Verify", "keyId": k.KeyID, "displayName": k.DisplayName,
		"key":           base64.StdEncoding.EncodeToString(k.Certificate),
		"startDateTime": k.Start.UTC().Format(time.RFC3339), "endDateTime": k.End.UTC().Format(time.RFC3339),
	}
	return c.patchKeys(ctx, storedOn, objectID, append(list.elements(""), fresh))
}

// DropKey removes a certificate from the list in the same way.
func (c *Client) DropKey(ctx context.Context, storedOn, objectID string, list KeyList, keyID string) error {
	return c.patchKeys(ctx, storedOn, objectID, list.elements(keyID))
}

func (c *Client) patchKeys(ctx context.Context, storedOn, objectID string, elements []any) error {
	_, err := c.write(ctx, abs.PATCH, c.object(storedOn, objectID), map[string]any{"keyCredentials": elements})
	return err
}

// elements returns the elements to send again, without one of them.
func (l KeyList) elements(without string) []any {
	out := []any{}
	for _, k := range l.sent {
		if without == "" || !strings.EqualFold(k.Text("keyId"), without) {
			out = append(out, k)
		}
	}
	return out
}

// AddKey adds a certificate to the application that the client signs in as. proof shows
// that the caller has the private key of a valid certificate. No permission is required
// (Microsoft's documentation of addKey). Entra chooses the key ID, and takes name and
// dates from the certificate. For errors see AddPassword.
func (c *Client) AddKey(ctx context.Context, storedOn, objectID string, k NewKey, proof secrets.Value) error {
	_, err := c.write(ctx, abs.POST, below(c.object(storedOn, objectID), "addKey"), map[string]any{
		"keyCredential":      map[string]any{"type": "AsymmetricX509Cert", "usage": "Verify", "key": base64.StdEncoding.EncodeToString(k.Certificate)},
		"passwordCredential": nil, "proof": proof.Reveal(),
	})
	return err
}

// RemoveKey removes a certificate in the same way.
func (c *Client) RemoveKey(ctx context.Context, storedOn, objectID, keyID string, proof secrets.Value) error {
	_, err := c.write(ctx, abs.POST, below(c.object(storedOn, objectID), "removeKey"), map[string]any{"keyId": keyID, "proof": proof.Reveal()})
	return err
}
