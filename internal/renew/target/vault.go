package target

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/secrets"
)

// vaultSecret is a secret in Azure Key Vault, which keeps the previous values as versions.
// It is read and written with the identity that acts in Microsoft Graph.
type vaultSecret struct {
	place
	origin, name string
	resource     string
	// custom means that the address is not in the domain for vaults of the configured
	// cloud.
	custom bool
	client *http.Client
	tokens secrets.TokenSource
	// former is the value before Store, or empty if there was none or it could not be read.
	former secrets.Value
}

// The names of vaults and secrets (Azure's naming rules).
var (
	vaultName  = lazyregexp.New(`^[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]$`)
	secretName = lazyregexp.New(`^[A-Za-z0-9-]{1,127}$`)
)

func newVault(rest string, d Deps) (Target, error) {
	usage := fail.Usage(msg.New("the target keyvault needs a vault and the name of a secret"),
		msg.New("for example: %s, or with the full URL of the vault: %s", "--to keyvault:my-vault/product-client-secret", "--to keyvault:https://my-vault.vault.azure.net/product-client-secret"))
	v := &vaultSecret{resource: d.VaultResource, client: d.HTTPClient}
	at := strings.LastIndexByte(rest, '/')
	if at <= 0 || !secretName().MatchString(rest[at+1:]) {
		return nil, usage
	}
	address := strings.TrimSuffix(rest[:at], "/secrets")
	v.name = rest[at+1:]
	suffix := "." + strings.TrimPrefix(d.VaultResource, "https://")
	switch u, err := url.Parse(address); {
	case vaultName().MatchString(address):
		v.origin = "https://" + strings.ToLower(address) + suffix
	case err == nil && u.Scheme == "https" && u.Hostname() != "" && u.User == nil && strings.Trim(u.Path, "/") == "" && u.RawQuery == "":
		v.origin = "https://" + strings.ToLower(u.Host)
		v.custom = !strings.HasSuffix(strings.ToLower(u.Hostname()), suffix)
	default:
		return nil, usage
	}
	// Vaults of the configured cloud are shown by their name, others by their URL.
	short := v.origin
	if own, ours := strings.CutSuffix(strings.TrimPrefix(v.origin, "https://"), suffix); ours && vaultName().MatchString(own) {
		short = own
	}
	v.place = newPlace("keyvault:" + short + "/" + v.name)
	return v, nil
}

// ActAs implements Actor.
func (v *vaultSecret) ActAs(tokens func(resource string) secrets.TokenSource) {
	v.tokens = tokens(v.resource)
}

// connect returns a client for the vault. The library refuses custom addresses unless it is
// told to trust them. They, too, only get tokens for Key Vault.
func (v *vaultSecret) connect() (*azsecrets.Client, error) {
	o := &azsecrets.ClientOptions{DisableChallengeResourceVerification: v.custom}
	o.Transport = v.client
	o.Retry = policy.RetryOptions{MaxRetries: 2, RetryDelay: 500 * time.Millisecond, MaxRetryDelay: 5 * time.Second}
	o.Telemetry.Disabled = true
	client, err := azsecrets.NewClient(v.origin, identity{v.tokens, v.resource}, o)
	if err != nil {
		return nil, msg.Error(msg.New("the client for the vault could not be created"))
	}
	return client, nil
}

// identity gives the library tokens for Key Vault, and for nothing else.
type identity struct {
	tokens   secrets.TokenSource
	resource string
}

var errOtherResource = errors.New("a token for something else was requested")

// tokenLife is short, because the source caches the token itself.
const tokenLife = 10 * time.Minute

// GetToken implements azcore.TokenCredential.
func (i identity) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if len(o.Scopes) != 1 || o.Scopes[0] != i.resource+"/.default" {
		return azcore.AccessToken{}, errOtherResource
	}
	token, err := i.tokens.Token(ctx)
	if err != nil {
		return azcore.AccessToken{}, err
	}
	return azcore.AccessToken{Token: token.Reveal(), ExpiresOn: time.Now().Add(tokenLife)}, nil
}

// ask sends one request with a time limit. It recovers from the library's panic over a
// malformed challenge. It replaces the library's errors, which quote whole responses.
func (v *vaultSecret) ask(ctx context.Context, request func(context.Context, *azsecrets.Client) error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	defer func() {
		if recover() != nil {
			err = msg.Error(msg.New("the answer did not come from Key Vault"))
		}
	}()
	if v.tokens == nil {
		return msg.Error(msg.New("there is no identity that can write to the vault"))
	}
	client, err := v.connect()
	if err != nil {
		return err
	}
	return vaultError(request(ctx, client))
}

// errAbsent and errHidden do not make a check fail: the secret does not exist yet, or the
// identity may not read it but perhaps may write it. errRefused is a cause: after any other
// error, a write may have been carried out.
var (
	errAbsent  = errors.New("no such secret")
	errHidden  = errors.New("the secret may not be read")
	errRefused = errors.New("refused")
)

// errorCode matches the error codes of Key Vault. Other text may repeat the request.
var errorCode = lazyregexp.New(`^[A-Za-z]{1,60}$`)

func vaultError(err error) error {
	var answer *azcore.ResponseError
	var worded msg.Worded
	switch {
	case err == nil:
		return nil
	case errors.As(err, &worded):
		return msg.Error(worded.Text())
	case errors.Is(err, errOtherResource):
		return msg.Error(msg.New("the vault asks for a token of another cloud or service"))
	case errors.Is(err, context.DeadlineExceeded):
		return msg.Error(msg.New("it did not answer in time"))
	case !errors.As(err, &answer):
		return msg.Error(msg.New("the vault cannot be reached, or does not answer as one"))
	case answer.ErrorCode == "SecretNotFound":
		return errAbsent
	case answer.StatusCode == http.StatusForbidden && behindFirewall(answer):
		return msg.Error(msg.New("the vault's firewall blocks this machine; allow its address in the vault's network settings"), errRefused)
	case answer.StatusCode == http.StatusForbidden:
		return errHidden
	}
	why := msg.New("Key Vault refused (HTTP status %d)", answer.StatusCode)
	if code := answer.ErrorCode; errorCode().MatchString(code) {
		why = msg.New("Key Vault refused: %s", code)
	}
	switch code := answer.StatusCode; {
	case code >= http.StatusInternalServerError, code == http.StatusRequestTimeout, code == http.StatusTooManyRequests: // the last of several tries
		return msg.Error(why)
	}
	return msg.Error(why, errRefused)
}

// behindFirewall reports whether the vault refuses this machine, and not this identity: the
// inner code is ForbiddenByFirewall or ForbiddenByConnection (Microsoft's "Azure Key Vault
// REST API error codes").
func behindFirewall(answer *azcore.ResponseError) bool {
	if answer.RawResponse == nil {
		return false
	}
	body, err := runtime.Payload(answer.RawResponse)
	var told struct {
		Error struct {
			Inner struct {
				Code string `json:"code"`
			} `json:"innererror"`
		} `json:"error"`
	}
	return err == nil && json.Unmarshal(body, &told) == nil &&
		(told.Error.Inner.Code == "ForbiddenByFirewall" || told.Error.Inner.Code == "ForbiddenByConnection")
}

// Check reads the secret. Only an attempt shows whether it may be written.
func (v *vaultSecret) Check(ctx context.Context) error {
	_, err := v.get(ctx)
	if errors.Is(err, errHidden) {
		return ErrUnsure
	}
	return v.failure(err)
}

func (v *vaultSecret) get(ctx context.Context) (value secrets.Value, err error) {
	err = v.ask(ctx, func(ctx context.Context, c *azsecrets.Client) error {
		answer, err := c.GetSecret(ctx, v.name, "", nil)
		if err == nil && answer.Value != nil {
			value = secrets.NewValue(*answer.Value)
		}
		return err
	})
	if errors.Is(err, errAbsent) {
		return secrets.Value{}, nil
	}
	return value, err
}

func (v *vaultSecret) Read(ctx context.Context) (secrets.Value, error) {
	value, err := v.get(ctx)
	if errors.Is(err, errHidden) {
		return value, ErrOneWay
	}
	return value, v.failure(err)
}

// Store adds a version. If the identity may not read, Undo cannot restore the previous
// value, which Key Vault still has as a version.
func (v *vaultSecret) Store(ctx context.Context, s Secret) error {
	v.former, _ = v.get(ctx)
	err := v.set(ctx, s.Value, &s.End, map[string]*string{"clientId": &s.AppID, "keyId": &s.KeyID})
	if errors.Is(err, errHidden) {
		return v.because(msg.New("the identity may not write secrets there; it needs the role Key Vault Secrets Officer"))
	}
	v.touched = !errors.Is(err, errRefused)
	return v.settle(ctx, err, s.Value, v.get)
}

// Undo adds the previous value as the newest version.
func (v *vaultSecret) Undo(ctx context.Context) error {
	switch {
	case !v.touched:
		return nil
	case v.former.Empty():
		return v.because(msg.New("it may contain the new value, and its previous value could not be read"))
	}
	return v.failure(v.set(ctx, v.former, nil, nil))
}

func (v *vaultSecret) set(ctx context.Context, value secrets.Value, end *time.Time, tags map[string]*string) error {
	text, kind := value.Reveal(), "client secret"
	return v.ask(ctx, func(ctx context.Context, c *azsecrets.Client) error {
		_, err := c.SetSecret(ctx, v.name, azsecrets.SetSecretParameters{
			Value: &text, ContentType: &kind, Tags: tags,
			SecretAttributes: &azsecrets.SecretAttributes{Expires: end},
		}, nil)
		return err
	})
}
