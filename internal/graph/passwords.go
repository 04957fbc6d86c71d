package graph

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	abs "github.com/microsoft/kiota-abstractions-go"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
)

// NewPassword describes a new password. Entra generates the value. Without times it is
// valid from now for two years (documentation of addPassword).
type NewPassword struct {
	DisplayName string
	Start, End  *time.Time
}

// AddPassword adds a password to an object. storedOn is objects.OnApplication or
// objects.OnServicePrincipal. Graph returns the value only this once. After any error
// other than an *Error with a status below 500, the password may have been added: read
// the object again before doing anything else.
func (c *Client) AddPassword(ctx context.Context, storedOn, objectID string, p NewPassword) (objects.Credential, secrets.Value, error) {
	body := map[string]any{"displayName": p.DisplayName}
	if p.Start != nil {
		body["startDateTime"] = p.Start.UTC().Format(time.RFC3339)
	}
	if p.End != nil {
		body["endDateTime"] = p.End.UTC().Format(time.RFC3339)
	}
	o, err := c.post(ctx, c.object(storedOn, objectID).addPassword, map[string]any{"passwordCredential": body})
	if err != nil {
		return objects.Credential{}, secrets.Value{}, need(err, NeedPasswords)
	}
	cred := wire.Credential(o, storedOn, objectID)
	cred.Kind, cred.Hint = objects.Password, o.Text("hint")
	secret := secrets.NewValue(o.Text("secretText"))
	if secret.Empty() || cred.KeyID == "" {
		return cred, secret, c.wrongLink()
	}
	return cred, secret, nil
}

// RemovePassword removes a password of an object by its key ID.
func (c *Client) RemovePassword(ctx context.Context, storedOn, objectID, keyID string) error {
	_, err := c.post(ctx, c.object(storedOn, objectID).removePassword, map[string]any{"keyId": keyID})
	return need(err, NeedPasswords)
}

// post sends a JSON body. A successful answer may have no body (204).
func (c *Client) post(ctx context.Context, b abs.BaseRequestBuilder, body any) (wire.Item, error) {
	return c.write(ctx, abs.POST, b, body)
}

func (c *Client) write(ctx context.Context, method abs.HttpMethod, b abs.BaseRequestBuilder, body any) (wire.Item, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, errBuild
	}
	ri := abs.NewRequestInformationWithMethodAndUrlTemplateAndPathParameters(method, b.UrlTemplate, b.PathParameters)
	ri.SetStreamContentAndContentType(data, "application/json")
	ri.Headers.Add("Accept", "application/json")
	var out wire.Item
	err = c.do(ctx, ri, func(resp *http.Response) error {
		if resp.StatusCode < 200 || resp.StatusCode > 299 {
			return c.refusal(resp)
		}
		answer, err := io.ReadAll(resp.Body)
		if err != nil {
			return err
		}
		if len(answer) > 0 && json.Unmarshal(answer, &out) != nil {
			return c.wrong(resp, answer)
		}
		return nil
	})
	return out, err
}
