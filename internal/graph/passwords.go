package graph

import (
	"context"
	"time"

	abs "github.com/microsoft/kiota-abstractions-go"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
)

// AddPassword adds a password to an object. storedOn is objects.OnApplication or
// objects.OnServicePrincipal. Entra generates the value, and Graph returns it only this
// once. After any error other than an *Error with a status below 500, the password may
// have been added: read the object again before doing anything else.
func (c *Client) AddPassword(ctx context.Context, storedOn, objectID, name string, end time.Time) (objects.Credential, secrets.Value, error) {
	o, err := c.write(ctx, abs.POST, below(c.object(storedOn, objectID), "addPassword"), map[string]any{
		"passwordCredential": map[string]any{"displayName": name, "endDateTime": end.UTC().Format(time.RFC3339)}})
	if err != nil {
		return objects.Credential{}, secrets.Value{}, err
	}
	cred := wire.Credential(o, storedOn, objectID)
	cred.Kind, cred.Hint = objects.Password, o.Text("hint")
	secret := secrets.NewValue(o.Text("secretText"))
	if secret.Empty() || cred.KeyID == "" {
		return cred, secret, c.incomplete()
	}
	return cred, secret, nil
}

// RemovePassword removes a password of an object by its key ID.
func (c *Client) RemovePassword(ctx context.Context, storedOn, objectID, keyID string) error {
	_, err := c.write(ctx, abs.POST, below(c.object(storedOn, objectID), "removePassword"), map[string]any{"keyId": keyID})
	return err
}
