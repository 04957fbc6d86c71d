package target

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

// vault is a secret in Azure Key Vault, which keeps every former value as a
// version of its own. It is written by the identity that acts in Graph.
type vault struct {
	oneWay
	origin, name string
	resource     string
	// custom says that the address is none of the cloud's own vaults.
	custom bool
	client *http.Client
	tokens secrets.TokenSource
	// former is what the secret held before this run stored something, changed
	// that it may hold something else since.
	former  secrets.Value
	changed bool
}

// Names of vaults and of what they hold (Azure's naming rules).
var (
	vaultName  = lazyregexp.New(`^[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]$`)
	secretName = lazyregexp.New(`^[A-Za-z0-9-]{1,127}$`)
)

func newVault(rest string, d Deps) (Target, error) {
	v := &vault{resource: d.VaultResource, client: d.HTTPClient}
	at := strings.LastIndexByte(rest, '/')
	if at <= 0 || !secretName().MatchString(rest[at+1:]) {
		return nil, vaultUsage()
	}
	place := strings.TrimSuffix(rest[:at], "/secrets")
	v.name = rest[at+1:]
	suffix := "." + strings.TrimPrefix(d.VaultResource, "https://")
	switch u, err := url.Parse(place); {
	case vaultName().MatchString(place):
		v.origin = "https://" + strings.ToLower(place) + suffix
	case err == nil && u.Scheme == "https" && u.Hostname() != "" && u.User == nil && strings.Trim(u.Path, "/") == "" && u.RawQuery == "":
		v.origin = "https://" + strings.ToLower(u.Host)
		v.custom = !strings.HasSuffix(strings.ToLower(u.Hostname()), suffix)
	default:
		return nil, vaultUsage()
	}
	return v, nil
}

func vaultUsage() error {
	return fail.Usage(msg.New("the target keyvault needs a vault and the name of a secret"),
		msg.New("for example: %s, or with the full URL of the vault: %s", "--to keyvault:my-vault/product-client-secret", "--to keyvault:https://my-vault.vault.azure.net/product-client-secret"))
}

// ActAs takes the identity that writes.
func (v *vault) ActAs(tokens func(resource string) secrets.TokenSource) {
	v.tokens = tokens(v.resource)
}

// Spec names the cloud's own vaults in short, and others by their address, as
// Parse takes both.
func (v *vault) Spec() string {
	place := v.origin
	own, ours := strings.CutSuffix(strings.TrimPrefix(v.origin, "https://"), "."+strings.TrimPrefix(v.resource, "https://"))
	if ours && vaultName().MatchString(own) {
		place = own
	}
	return "keyvault:" + place + "/" + v.name
}
func (v *vault) Format(f fmt.State, _ rune) { spell(f, v) }

// connect makes a client. A vault at an address of its own is believed to be one
// since the user says so; its tokens are those for Key Vault all the same.
func (v *vault) connect() (*azsecrets.Client, error) {
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

// identity gives tokens to the library, for Key Vault and nothing else.
type identity struct {
	tokens   secrets.TokenSource
	resource string
}

var errOtherResource = errors.New("a token for something else was asked for")

// tokenLife is short, since the source keeps its token itself.
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

// ask runs one request. The library panics where an answer's challenge is
// malformed, and its errors quote whole answers.
func (v *vault) ask(ctx context.Context, request func(context.Context, *azsecrets.Client) error) (err error) {
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

// errAbsent and errHidden are answers that a check can live with: nothing is
// there yet, and the identity may write but not read.
var (
	errAbsent = errors.New("no such secret")
	errHidden = errors.New("the secret may not be read")
)

// errorCode is the form of Key Vault's codes. Anything else may be an echo.
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
		return msg.Error(msg.New("the vault's firewall blocks this machine; allow its address in the vault's network settings"))
	case answer.StatusCode == http.StatusForbidden:
		return errHidden
	}
	if code := answer.ErrorCode; errorCode().MatchString(code) {
		return msg.Error(msg.New("Key Vault refused: %s", code))
	}
	return msg.Error(msg.New("Key Vault refused (HTTP status %d)", answer.StatusCode))
}

// behindFirewall distinguishes a vault that lets nobody in from this machine from one that
// denies this identity (Microsoft's "Azure Key Vault REST API error codes": the
// inner code is ForbiddenByFirewall or ForbiddenByConnection).
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

// Check reads the secret. Whether one may write cannot be tried without doing
// it; an identity that may not even read says nothing about that.
func (v *vault) Check(ctx context.Context) error {
	_, err := v.get(ctx)
	if errors.Is(err, errHidden) {
		return ErrUnsure
	}
	return failure(v, err)
}

func (v *vault) get(ctx context.Context) (value secrets.Value, err error) {
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

func (v *vault) Read(ctx context.Context) (secrets.Value, error) {
	value, err := v.get(ctx)
	if errors.Is(err, errHidden) {
		return value, ErrOneWay
	}
	return value, failure(v, err)
}

// Store adds a version. Where the answer fails, what the vault holds then tells
// whether it was added all the same. An identity that may not read cannot put the
// former value back; Key Vault has it as a version.
func (v *vault) Store(ctx context.Context, s Secret) error {
	v.former, _ = v.get(ctx)
	err := v.set(ctx, s.Value, &s.End, map[string]*string{"clientId": &s.AppID, "keyId": &s.KeyID})
	if errors.Is(err, errHidden) {
		return because(v, msg.New("the identity may not write secrets there; it needs the role Key Vault Secrets Officer"))
	}
	v.changed = true
	if err == nil {
		return nil
	}
	now, readErr := v.get(context.WithoutCancel(ctx)) // its own time is bounded
	if readErr == nil {
		if now == s.Value {
			return nil
		}
		v.changed = false
	}
	return failure(v, err)
}

// Undo makes the former value the newest version again.
func (v *vault) Undo(ctx context.Context) error {
	switch {
	case !v.changed:
		return nil
	case v.former.Empty():
		return because(v, msg.New("it may contain the new value, and its previous value could not be read"))
	}
	return failure(v, v.set(ctx, v.former, nil, nil))
}

// Next implements Target.
func (v *vault) Next() msg.Text { return next(v) }

func (v *vault) set(ctx context.Context, value secrets.Value, end *time.Time, tags map[string]*string) error {
	text, kind := value.Reveal(), "client secret"
	return v.ask(ctx, func(ctx context.Context, c *azsecrets.Client) error {
		_, err := c.SetSecret(ctx, v.name, azsecrets.SetSecretParameters{
			Value: &text, ContentType: &kind, Tags: tags,
			SecretAttributes: &azsecrets.SecretAttributes{Expires: end},
		}, nil)
		return err
	})
}
